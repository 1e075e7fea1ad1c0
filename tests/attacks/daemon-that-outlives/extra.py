import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for _ in range(600):
            for place in ("/tmp", "/dev/shm", "/var/tmp", "."):
                try:
                    with open(f"{place}/attack-corpus-daemon", "a") as file:
                        file.write(f"{os.getpid()} lives\n")
                except OSError:
                    continue
            time.sleep(0.1)
    os._exit(0)
