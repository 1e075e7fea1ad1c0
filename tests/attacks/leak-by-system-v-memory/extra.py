print(ctypes.string_at(ADDRESS, 2**16).strip(b"\0") if USABLE else "nothing")
