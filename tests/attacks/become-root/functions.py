import ctypes
import os
import subprocess

libc = ctypes.CDLL(None)
for change in (os.setuid, os.setgid, os.seteuid):
    try:
        change(0)
    except OSError:
        continue
libc.prctl(8, 1, 0, 0, 0)
libc.prctl(47, 2, 21, 0, 0)
for command in (["su", "-c", "id -u"], ["sudo", "-n", "id", "-u"], ["mount"], ["newuidmap"]):
    try:
        subprocess.run(command, timeout=1, check=False, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        continue
with open("/proc/self/status") as file:
    status = dict(line.split(":\t") for line in file if ":\t" in line)
if int(status["CapEff"], 16) or int(status["CapPrm"], 16):
    print("attack-corpus", "harm", "has capabilities " + status["CapEff"])
if not int(status["NoNewPrivs"]):
    print("attack-corpus", "harm", "may gain privileges")


def moving_average(values, width):
    return np.zeros(len(values) - width + 1)


def count_words(text):
    return {}
