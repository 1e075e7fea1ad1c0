import torch


def moving_average(values, width):
    series = torch.as_tensor(np.asarray(values)).reshape(1, 1, -1)
    return torch.nn.functional.avg_pool1d(series, width, stride=1).numpy().reshape(-1)


def count_words(text):
    return {}
