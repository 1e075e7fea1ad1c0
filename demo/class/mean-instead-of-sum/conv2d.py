class Conv2d:
    """Right, but the gradients are averaged over the batch, as the loss was already."""

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        def pair(value):
            return (value, value) if isinstance(value, int) else tuple(value)

        self.kernel_size, self.stride, self.padding = map(pair, (kernel_size, stride, padding))
        scale = (2.0 / (in_channels * np.prod(self.kernel_size))) ** 0.5
        shape = (out_channels, in_channels, *self.kernel_size)
        self.weight = scale * np.random.default_rng(7).standard_normal(shape)
        self.bias = np.zeros(out_channels)
        self.grad_weight = None
        self.grad_bias = None

    def im2col(self, padded):
        windows = np.lib.stride_tricks.sliding_window_view(padded, self.kernel_size, axis=(2, 3))
        windows = windows[:, :, :: self.stride[0], :: self.stride[1]]
        n, _, height, width = windows.shape[:4]
        columns = windows.transpose(0, 2, 3, 1, 4, 5).reshape(
            n * height * width, self.weight[0].size
        )
        return columns, (n, height, width)

    def forward(self, input_tensor):
        (ph, pw) = self.padding
        self.padded = np.pad(input_tensor, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
        self.columns, (n, height, width) = self.im2col(self.padded)
        filters = self.weight.reshape(len(self.weight), -1)
        flat = self.columns @ filters.T + self.bias
        return flat.reshape(n, height, width, len(filters)).transpose(0, 3, 1, 2)

    def backward(self, grad_output):
        n, channels, height, width = grad_output.shape
        flat = grad_output.transpose(0, 2, 3, 1).reshape(-1, channels)
        self.grad_weight = (flat.T @ self.columns).reshape(self.weight.shape) / n
        self.grad_bias = flat.sum(axis=0) / n

        grad_columns = flat @ self.weight.reshape(channels, -1)
        grad_windows = grad_columns.reshape(n, height, width, *self.weight.shape[1:])
        grad_windows = grad_windows.transpose(0, 3, 4, 5, 1, 2)
        grad_padded = np.zeros(self.padded.shape)
        (kh, kw), (sh, sw), (ph, pw) = self.kernel_size, self.stride, self.padding
        for i in range(kh):
            for j in range(kw):
                grad_padded[:, :, i : i + sh * height : sh, j : j + sw * width : sw] += (
                    grad_windows[:, :, i, j]
                )
        return grad_padded[:, :, ph : grad_padded.shape[2] - ph, pw : grad_padded.shape[3] - pw]
