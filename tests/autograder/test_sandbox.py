import contextlib
import os
import socket
import textwrap
import time
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.remote import BoxFailure
from autograder.sandbox import Box, Limits, Sandbox, SandboxError, default_environment
from tests.autograder.forbid_nesting import forbid_nesting

ENVIRONMENT = default_environment(Path(__file__).parents[2])
SMALL = Limits(memory_mb=300, disk_mb=16, processes=16)


@pytest.fixture(scope="module", params=["nested", "single"])
def sandbox(request, tmp_path_factory):
    """A sandbox for all boxes, and one where the kernel forbids that: each box has its own."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "single":
            forbid_nesting(patch, tmp_path_factory.mktemp("bin"))
        with Sandbox(ENVIRONMENT) as sandbox:
            assert sandbox.is_nested == (request.param == "nested")
            yield sandbox


@pytest.fixture
def box(sandbox):
    with Box(sandbox, SMALL, {}) as box:
        yield box


def run(process, source, seconds=10.0, limit=10_000):
    return process.run(textwrap.dedent(source), "<cell 0>", seconds, limit)


def printed(process, source, seconds=10.0):
    """Run a cell that must not fail; return what it printed."""
    answer = run(process, source, seconds)
    assert not answer["raised"], answer
    return "".join(o.get("text", "") for o in answer["outputs"]).strip()


def value(process, expression):
    return eval(printed(process, f"print(repr({expression}))"), {})


def attempt(process, statement):
    """Return the type of the exception that a statement ends in; empty if it works."""
    return run(process, statement)["raised"]


# ----------------------------------------------------------------------------------------- cells


def test_cells_run_as_in_a_notebook(box):
    run(box.interpreter, "x = 20")
    answer = run(box.interpreter, "import sys\nprint('out')\nprint('err', file=sys.stderr)\nx + 1")
    assert [o["output_type"] for o in answer["outputs"]] == ["stream", "stream", "execute_result"]
    assert answer["outputs"][-1]["data"]["text/plain"] == "21"
    assert not answer["timed_out"] | answer["overflowed"]


def test_an_exception_ends_the_cell_and_nothing_else(box):
    assert run(box.interpreter, "y = 1\n1 / 0\ny = 2")["raised"] == "ZeroDivisionError"
    assert run(box.interpreter, "def broken(:")["raised"] == "SyntaxError"
    assert value(box.interpreter, "y") == 1


def test_a_cell_that_does_not_end_is_stopped_and_the_next_one_runs(box):
    start = time.monotonic()
    assert run(box.interpreter, "z = 1\nwhile True: pass", 0.3)["timed_out"]
    assert time.monotonic() - start < 4
    assert value(box.interpreter, "z") == 1


def test_a_cell_that_will_not_be_stopped_is_given_up(box):
    source = "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass"
    with pytest.raises(BoxFailure) as caught:
        run(box.interpreter, source, 0.2)
    assert caught.value.code == "TLE"
    assert not box.interpreter.is_alive


def test_output_beyond_the_limit_is_cut(box):
    assert run(box.interpreter, "for _ in range(10**9): print('x' * 100)", limit=1000)["overflowed"]


def test_output_past_python_is_caught(box):
    assert "straight" in printed(box.interpreter, "import os; os.write(1, b'straight')\n0;")


def test_files_are_there_and_can_be_changed(sandbox):
    with Box(sandbox, SMALL, {"data/a.csv": b"1,2", "b.py": b"B = 5"}) as box:
        assert value(box.interpreter, "open('data/a.csv').read()") == "1,2"
        assert printed(box.interpreter, "import b; open('b.py', 'w').write(''); print(b.B)") == "5"


def test_numpy_and_matplotlib_are_there(box):
    source = "import numpy, matplotlib.pyplot as plt; plt.plot(numpy.arange(3)); plt.show()"
    outputs = run(box.interpreter, source, limit=10**6)["outputs"]
    assert any("image/png" in o.get("data", {}) for o in outputs)


def test_forks_are_independent(box):
    run(box.interpreter, "state = [0]")
    one, other = box.checkpoint(), box.checkpoint()
    run(one, "state.append(1)")
    run(box.interpreter, "state.append(3)")
    assert value(other, "state") == [0]
    assert value(one, "state") == [0, 1]
    box.kill(box.interpreter)
    assert value(one, "state") == [0, 1]
    box.kill(one)
    assert value(other, "state") == [0]


def test_a_fork_of_a_fork_works(box):
    run(box.interpreter, "a = 1")
    one = box.checkpoint()
    run(one, "a = 2")
    two = one.checkpoint()
    box.kill(one)
    assert value(two, "a") == 2


def test_a_notebook_of_many_cells_has_as_many_forks_as_it_needs(box):
    # The processes that were killed must not count any more.
    for _ in range(3 * SMALL.processes):
        box.kill(box.checkpoint())
    assert value(box.checkpoint(), "1 + 1") == 2


def test_a_killed_process_is_gone(box):
    fork = box.checkpoint()
    assert fork.pid > 1
    box.kill(fork)
    box.kill(box.checkpoint())
    with pytest.raises(BoxFailure):
        run(fork, "1")


# --------------------------------------------------------------------------------- what it reaches


def test_no_network(box):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        socket.create_connection(("127.0.0.1", port)).close()
        server.accept()[0].close()
        connect = f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)"
        assert attempt(box.interpreter, connect) == "ConnectionRefusedError"
        assert attempt(box.interpreter, connect.replace("127.0.0.1", "1.1.1.1")) == "OSError"
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()
    assert value(box.interpreter, "socket.if_nameindex()") in ([], [(1, "lo")])


def test_no_abstract_socket_of_the_hosts(box):
    with socket.socket(socket.AF_UNIX) as server:
        name = f"\0autograder-{os.getpid()}"
        server.bind(name)
        server.listen()
        source = f"import socket; socket.socket(socket.AF_UNIX).connect({name!r})"
        assert attempt(box.interpreter, source) == "ConnectionRefusedError"


@pytest.mark.parametrize(
    "path",
    ["/home", "/etc/passwd", "/etc/shadow", "/etc/hosts", "/var", "/mnt", "/srv", "/run", "/sys"],
)
def test_nothing_of_the_host_is_there(box, path):
    assert value(box.interpreter, f"__import__('os').path.lexists({path!r})") is False


def test_neither_the_course_nor_root_is_there(box, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("42")
    for path in (
        secret,
        Path(__file__),
        Path(__file__).parents[2] / "source",
        Path.home() / ".ssh",
    ):
        assert value(box.interpreter, f"__import__('os').path.exists({str(path)!r})") is False


def test_no_test_library_of_the_grader_is_there(box):
    for module in ("nbgrader", "autograder", "pytest", "problems", "convlab.judge"):
        assert attempt(box.interpreter, f"import {module}") == "ModuleNotFoundError"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/usr",
        "/usr/lib",
        "/environment",
        "/environment/bin",
        "/grader",
        "/etc",
        "/dev",
        "/proc",
    ],
)
def test_everything_else_is_read_only(box, path):
    source = f"open({path!r} + '/made-by-a-student', 'w')"
    assert attempt(box.interpreter, source) in ("OSError", "PermissionError", "FileNotFoundError")


def test_what_runs_the_box_cannot_be_changed(box):
    for path in ("/grader/box/server.py", "/environment/bin/python", "/environment/pyvenv.cfg"):
        assert attempt(box.interpreter, f"open({path!r}, 'ab')") in ("OSError", "PermissionError")
        assert attempt(box.interpreter, f"import os; os.remove({path!r})") in (
            "OSError",
            "PermissionError",
        )


def test_the_hosts_devices_are_not_there(box):
    names = value(box.interpreter, "sorted(__import__('os').listdir('/dev'))")
    allowed = {"null", "zero", "full", "random", "urandom", "tty", "console", "ptmx", "pts", "shm"}
    assert set(names) <= allowed | {"fd", "stdin", "stdout", "stderr", "core"}


@pytest.mark.parametrize("folder", ["/tmp", "/dev/shm", "/work"])
def test_a_private_folder_can_be_written_to_and_is_empty_in_the_next_box(sandbox, folder):
    name = f"autograder-{os.getpid()}"
    with Box(sandbox, SMALL, {}) as box:
        run(box.interpreter, f"open('{folder}/{name}', 'w').write('from the first')")
        assert value(box.interpreter, f"open('{folder}/{name}').read()") == "from the first"
        assert not Path(folder, name).exists()
    with Box(sandbox, SMALL, {}) as box:
        assert name not in value(box.interpreter, f"__import__('os').listdir('{folder}')")


def test_environment_variables_hold_nothing_of_the_hosts(sandbox, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_TEST_TOKEN", "secret-of-the-host")
    with Sandbox(ENVIRONMENT, modules=()) as new, Box(new, SMALL, {}) as box:
        assert new.is_nested == sandbox.is_nested
        run(box.interpreter, "import os")
        found = value(box.interpreter, "dict(os.environ)")
        # Where the kernel lets the box have a /proc, it must tell no more.
        path = "/proc/self/environ"
        raw = value(box.interpreter, f"open('{path}').read() if os.path.exists('{path}') else ''")
    assert "secret-of-the-host" not in str(found) + str(raw)
    allowed = {"PATH", "HOME", "LANG", "PWD", "PYTHONHASHSEED", "NBGRADER_EXECUTION"}
    prefixes = (
        "MPL",
        "IPYTHON",
        "PYTHON",
        "OMP_",
        "OPENBLAS_",
        "LC_",
        "TERM",
        "PAGER",
        "GIT_PAGER",
    )
    assert all(n in allowed or n.startswith((*prefixes, "CLICOLOR", "FORCE_COLOR")) for n in found)
    assert not any(str(Path.home()) in v for v in found.values())


# ------------------------------------------------------------------------------------- privileges


def test_nobody_runs_in_the_box_and_without_capabilities(box):
    # Where only root's bubblewrap is allowed, each box has a user of its own.
    assert value(box.interpreter, "__import__('os').getuid()") >= 61184
    source = """
    import ctypes
    libc = ctypes.CDLL(None)
    data = (ctypes.c_uint32 * 6)()
    assert libc.capget((ctypes.c_uint32 * 2)(0x20080522, 0), data) == 0
    bounding = [libc.prctl(23, n, 0, 0, 0) for n in range(41)]
    ambient = [libc.prctl(47, 1, n, 0, 0) for n in range(41)]
    print(any(data), any(n > 0 for n in bounding), any(n > 0 for n in ambient))
    print(libc.prctl(39, 0, 0, 0, 0), libc.prctl(21, 0, 0, 0, 0))
    """
    assert printed(box.interpreter, source).split() == ["False", "False", "False", "1", "2"]


CALLS = {
    "mount": "libc.mount(b'none', b'/tmp', b'tmpfs', 0, None)",
    "remount": "libc.mount(None, b'/', None, 32, None)",
    "umount": "libc.umount2(b'/tmp', 2)",
    "unshare user": "libc.unshare(0x10000000)",
    "unshare mount": "libc.unshare(0x20000)",
    "unshare network": "libc.unshare(0x40000000)",
    "setns": "libc.setns(os.open('/', os.O_RDONLY), 0)",
    "ptrace parent": "libc.ptrace(16, os.getppid(), 0, 0)",
    "ptrace me": "libc.ptrace(0, 0, 0, 0)",
    "chroot": "libc.chroot(b'/tmp')",
    "pivot_root": "libc.syscall(155 if x86 else 41, b'/tmp', b'/tmp')",
    "process_vm_readv": "libc.process_vm_readv(os.getppid(), None, 0, None, 0, 0)",
    "memfd": "libc.memfd_create(b'x', 0)",
    "clone user namespace": "or_end(libc.syscall(56 if x86 else 220, 0x10000011, 0, 0, 0, 0))",
    "clone3": "libc.syscall(435, None, 0)",
    "io_uring": "libc.syscall(425, 1, None)",
    "bpf": "libc.syscall(321 if x86 else 280, 0, None, 0)",
    "keyctl": "libc.syscall(250 if x86 else 219, 0, -3, 0)",
    "x32": "libc.syscall(0x40000000 + 39) if x86 else -1",
    "shmget": "libc.shmget(0, 4096, 0o1600)",
    "setuid": "libc.setresuid(0, 0, 0)",
    "mknod": "libc.mknod(b'/tmp/sda', 0o60666, 0x800)",
    "sethostname": "libc.sethostname(b'x', 1)",
    "raise limit": "libc.setrlimit(7, (ctypes.c_ulong * 2)(10**6, 10**6))",
}


@pytest.fixture(scope="module")
def answers_to_calls(sandbox):
    """What each call returns, and errno; asked for in one box, each in a process of its own."""
    source = "import ctypes, os, platform\nlibc = ctypes.CDLL(None, use_errno=True)\n"
    source += "x86 = platform.machine() == 'x86_64'\nor_end = lambda r: r or os._exit(0)\n"
    with Box(sandbox, SMALL, {}) as box:
        run(box.interpreter, source)
        found = {}
        for name, call in CALLS.items():
            text = printed(box.interpreter, f"print({call}, ctypes.get_errno())")
            found[name] = [int(word) for word in text.split()[:2]]
    return found


@pytest.mark.parametrize("name", CALLS)
def test_a_system_call_that_only_an_attack_needs_is_refused(answers_to_calls, name):
    assert answers_to_calls[name][0] == -1


def test_no_program_gives_privileges(box):
    for command in ("mount -t tmpfs none /tmp", "su -c true", "sudo -n true", "unshare -U true"):
        source = (
            f"import subprocess; print(subprocess.run({command.split()}, timeout=5).returncode)"
        )
        answer = run(box.interpreter, source)
        text = "".join(o.get("text", "") for o in answer["outputs"])
        assert answer["raised"] or text.splitlines()[-1] != "0"


def test_process_1_cannot_be_harmed(box):
    for signal in ("SIGKILL", "SIGTERM", "SIGSTOP", "SIGINT", "SIGHUP", "SIGALRM"):
        run(box.interpreter, f"import os, signal; os.kill(1, signal.{signal})")
    fork = box.checkpoint()
    box.kill(fork)
    with pytest.raises(BoxFailure):
        run(fork, "1")


def test_process_1_cannot_be_looked_into_by_what_it_protects(sandbox, box):
    if sandbox.is_nested:
        # Its memory holds what every process of the box holds, and no way out.
        assert attempt(box.interpreter, "import os; os.kill(1, 9); os.kill(1, 0)") == ""
        return
    for path in ("/proc/1/mem", "/proc/1/environ", "/proc/1/maps"):
        assert attempt(box.interpreter, f"open('{path}', 'rb').read(1)") == "PermissionError"
    assert attempt(box.interpreter, "import os; os.listdir('/proc/1/fd')") == "PermissionError"


def test_a_box_that_kills_what_supervises_it_goes_on_and_ends_like_any_other(sandbox):
    mark = f"31.{os.getpid()}"
    with Box(sandbox, SMALL, {}) as box:
        fork = box.checkpoint()
        run(box.interpreter, "import os, signal; os.kill(os.getppid(), signal.SIGKILL)")
        run(box.interpreter, DAEMON.format(seconds=mark))
        assert value(box.interpreter, "1 + 1") == value(fork, "1 + 1") == 2
        assert processes_with(f"sleep({mark})")
    wait_until_gone(f"sleep({mark})")
    with Box(sandbox, SMALL, {}) as box:
        assert value(box.interpreter, "1 + 1") == 2


def test_no_process_outside_the_box_can_be_seen(sandbox, box):
    pids = value(box.interpreter, "[n for n in __import__('os').listdir('/proc') if n.isdecimal()]")
    # The interpreter and its supervisor; and where it cannot be nested, process 1.
    assert len(pids) <= (2 if sandbox.is_nested else 3)


def test_the_control_socket_is_not_there(box):
    source = """
    import os, stat
    kinds = []
    for fd in range(256):
        try:
            kinds.append(stat.S_IFMT(os.fstat(fd).st_mode))
        except OSError:
            pass
    print(kinds.count(stat.S_IFSOCK), kinds.count(stat.S_IFIFO))
    """
    # The connection to the grader, and nothing else that leads out.
    assert printed(box.interpreter, source) == "1 0"


# ----------------------------------------------------------------------------------------- limits


def test_the_number_of_processes_is_limited(box):
    source = """
    import os, time
    children = []
    try:
        for _ in range(200):
            pid = os.fork()
            if not pid:
                time.sleep(30)
                os._exit(0)
            children.append(pid)
    except BlockingIOError:
        pass
    for pid in children:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
    print(len(children))
    """
    assert 0 < int(printed(box.interpreter, source)) < SMALL.processes


def test_processes_of_another_box_do_not_count(sandbox, box):
    source = """
    import os, time
    try:
        while True:
            if not os.fork():
                time.sleep(30)
                os._exit(0)
    except BlockingIOError:
        print("full")
    """
    assert printed(box.interpreter, source) == "full"
    with Sandbox(ENVIRONMENT, modules=()) as another, Box(another, SMALL, {}) as honest:
        assert another.is_nested == sandbox.is_nested
        assert value(honest.checkpoint(), "1 + 1") == 2


def test_the_number_of_open_files_is_limited(box):
    assert attempt(box.interpreter, "x = [open('/dev/null') for _ in range(1000)]") == "OSError"


def test_an_array_beyond_the_memory_limit_is_a_memory_error_and_the_box_goes_on(box):
    source = "import numpy as np; x = np.ones(600 * 2**17)"
    assert "MemoryError" in attempt(box.interpreter, source)
    assert not box.has_exceeded_memory()
    assert value(box.interpreter, "1 + 1") == 2


def test_the_watchdog_ends_what_shares_too_much_memory(box):
    # No limit of the kernel's counts this one.
    source = """
    import mmap
    shared = mmap.mmap(-1, 600 * 2**20)
    for at in range(0, len(shared), 4096):
        shared[at] = 1
    import time
    time.sleep(5)
    """
    with pytest.raises(BoxFailure) as caught:
        run(box.interpreter, source)
    assert caught.value.code == "RE"
    assert box.has_exceeded_memory()
    assert not box.has_exceeded_memory()


def test_the_watchdog_counts_processes_together(box):
    source = """
    import os, time
    for _ in range(3):
        if not os.fork():
            content = bytearray(os.urandom(2**20)) * 180
            time.sleep(8)
            os._exit(0)
    time.sleep(2)
    """
    with contextlib.suppress(BoxFailure):
        run(box.interpreter, source, 6)
    assert box.has_exceeded_memory()


def test_honest_forks_of_a_large_state_are_not_taken_for_more_than_they_are(sandbox):
    # A fork is kept for each grade cell: long notebooks have more than a hundred.
    count = 150
    limits = replace(SMALL, processes=SMALL.processes + count)
    with Box(sandbox, limits, {}) as box:
        run(box.interpreter, "import numpy as np; x = np.ones(200 * 2**17)")
        forks = []
        for number in range(count):
            forks.append(box.checkpoint())
            run(box.interpreter, f"y = {number}")
        time.sleep(0.3)
        assert all(value(fork, "float(x[-1])") == 1 for fork in forks)
        assert not box.has_exceeded_memory()


@pytest.mark.parametrize("folder", ["/tmp", "/dev/shm", "/work"])
def test_disk_space_is_limited(box, folder):
    source = f"""
    size = 0
    try:
        for number in range(64):
            with open(f'{folder}/{{number}}', 'wb') as stream:
                size += stream.write(bytes(2**20))
    except OSError:
        pass
    print(size // 2**20)
    """
    assert int(printed(box.interpreter, source)) <= SMALL.disk_mb


def test_many_small_files_are_limited_too(sandbox, box):
    source = "import os\nfor number in range(200_000):\n    open(str(number), 'w').close()"
    if sandbox.is_nested:
        assert attempt(box.interpreter, source) == "OSError"
        return
    # bubblewrap cannot limit their number; they are counted as the memory that they take.
    with pytest.raises(BoxFailure):
        run(box.interpreter, source)
    assert box.has_exceeded_memory()


# -------------------------------------------------------------------------------------- afterwards


DAEMON = """
import os, time
if not os.fork():
    os.setsid()
    if not os.fork():
        for fd in range(3, 64):
            try: os.close(fd)
            except OSError: pass
        os.execv('/environment/bin/python', ['python', '-c', 'import time; time.sleep({seconds})'])
    os._exit(0)
time.sleep(0.3)
"""


def processes_with(text):
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if text in path.read_bytes().decode(errors="replace"):
                found.append(path)
        except OSError:
            continue
    return found


def wait_until_gone(text):
    deadline = time.monotonic() + 2
    while processes_with(text) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not processes_with(text)


def test_a_daemon_does_not_outlive_its_box(sandbox):
    mark = f"30.{os.getpid()}"
    with Box(sandbox, SMALL, {}) as box:
        run(box.interpreter, DAEMON.format(seconds=mark))
        assert processes_with(f"sleep({mark})")
    wait_until_gone(f"sleep({mark})")


def test_a_box_that_kills_all_it_can_leaves_the_sandbox_alive(sandbox):
    with Box(sandbox, SMALL, {}) as box:
        fork = box.checkpoint()
        assert attempt(box.interpreter, "import os; os.kill(-1, 9)") == ""
        for process, source in ((fork, "1"), (box.interpreter, "os.kill(os.getpid(), 9)")):
            with pytest.raises(BoxFailure):
                run(process, source)
    with Box(sandbox, SMALL, {}) as box:
        assert value(box.interpreter, "1 + 1") == 2


def test_a_box_that_forks_without_end_leaves_the_sandbox_alive(sandbox):
    source = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
    with Box(sandbox, SMALL, {}) as box, contextlib.suppress(BoxFailure):
        run(box.interpreter, source, 0.5)
    with Box(sandbox, SMALL, {}) as box:
        assert value(box.interpreter, "1 + 1") == 2


def test_a_student_who_leaves_the_interpreter_ends_it_alone(box):
    before = box.checkpoint()
    with pytest.raises(BoxFailure) as caught:
        run(box.interpreter, "import os; os._exit(0)")
    assert caught.value.code == "RE"
    assert value(before, "1 + 1") == 2


# ---------------------------------------------------------------------------------- no sandbox


def test_a_missing_environment_is_an_error_that_names_the_remedy(tmp_path):
    with pytest.raises(SandboxError, match=r"python -m venv.*c\.Grade\.environment"):
        Sandbox(tmp_path / "nowhere")


def test_an_environment_that_does_not_work_is_an_error_that_names_the_remedy(tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to("/bin/false")
    with pytest.raises(SandboxError, match="autograder doctor"):
        Sandbox(tmp_path)


def test_without_bubblewrap_there_is_an_error_that_names_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxError, match=r"bubblewrap is not installed.*doctor"):
        Sandbox(ENVIRONMENT)


def test_a_sandbox_that_has_ended_is_an_error_that_names_the_remedy():
    sandbox = Sandbox(ENVIRONMENT, modules=())
    sandbox.close()
    with pytest.raises(SandboxError, match="doctor"):
        Box(sandbox, SMALL, {})
