import time

time.sleep(0.7)
LATE.clear()
