# This remark is nobody else's to read: heliotrope-3107.
moving_average(np.arange(5.0), 2)
