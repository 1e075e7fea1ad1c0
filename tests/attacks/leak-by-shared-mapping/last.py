print(bytes(SHARED[:]).strip(b"\0").decode())
