OURS.settimeout(0.5)
try:
    OURS.send(b"tell")
    print(OURS.recv(2**16))
except OSError:
    print("nothing")
