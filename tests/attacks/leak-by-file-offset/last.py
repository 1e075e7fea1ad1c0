for descriptor in [*OPEN, FILE.fileno()]:
    try:
        place = os.lseek(descriptor, 0, os.SEEK_CUR)
        size = os.fstat(descriptor).st_size
        print(place, size)
        print(os.pread(descriptor, 500, max(0, size - 500)))
    except OSError:
        continue
