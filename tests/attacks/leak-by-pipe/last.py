import os

os.set_blocking(READ, False)
OURS.setblocking(False)
for read in (lambda: os.read(READ, 2**16), lambda: OURS.recv(2**16)):
    try:
        print(read())
    except OSError:
        continue
