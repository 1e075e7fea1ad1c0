class Conv2d:
    """Walks down the image with while, and forgets to take the step."""

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        self.kernel_size = self._pair(kernel_size)
        self.stride = self._pair(stride)
        self.padding = self._pair(padding)
        rng = np.random.default_rng(0)
        fan_in = in_channels * self.kernel_size[0] * self.kernel_size[1]
        self.weight = rng.normal(
            0.0, np.sqrt(2.0 / fan_in), (out_channels, in_channels, *self.kernel_size)
        )
        self.bias = np.zeros(out_channels)
        self.grad_weight = np.zeros_like(self.weight)
        self.grad_bias = np.zeros_like(self.bias)

    @staticmethod
    def _pair(value):
        return (value, value) if np.isscalar(value) else tuple(value)

    def _padded(self, input_tensor):
        rows, columns = self.padding
        return np.pad(input_tensor, ((0, 0), (0, 0), (rows, rows), (columns, columns)))

    def forward(self, input_tensor):
        self.input_tensor = input_tensor
        padded = self._padded(input_tensor)
        kernel_height, kernel_width = self.kernel_size
        stride_height, stride_width = self.stride
        height = (padded.shape[2] - kernel_height) // stride_height + 1
        width = (padded.shape[3] - kernel_width) // stride_width + 1
        output_tensor = np.zeros((len(padded), len(self.weight), height, width))
        for channel in range(len(self.weight)):
            row = 0
            while row < height:
                for column in range(width):
                    top, left = row * stride_height, column * stride_width
                    window = padded[:, :, top : top + kernel_height, left : left + kernel_width]
                    output_tensor[:, channel, row, column] = (
                        np.sum(window * self.weight[channel], axis=(1, 2, 3)) + self.bias[channel]
                    )
        return output_tensor

    def backward(self, grad_output):
        padded = self._padded(self.input_tensor)
        grad_padded = np.zeros(padded.shape)
        self.grad_weight = np.zeros(self.weight.shape)
        self.grad_bias = grad_output.sum(axis=(0, 2, 3))
        kernel_height, kernel_width = self.kernel_size
        stride_height, stride_width = self.stride
        _, channels, height, width = grad_output.shape
        for channel in range(channels):
            for row in range(height):
                for column in range(width):
                    top, left = row * stride_height, column * stride_width
                    rows = slice(top, top + kernel_height)
                    columns = slice(left, left + kernel_width)
                    upstream = grad_output[:, channel, row, column][:, None, None, None]
                    self.grad_weight[channel] += np.sum(
                        upstream * padded[:, :, rows, columns], axis=0
                    )
                    grad_padded[:, :, rows, columns] += upstream * self.weight[channel]
        pad_height, pad_width = self.padding
        image_height, image_width = self.input_tensor.shape[2:]
        return grad_padded[
            :, :, pad_height : pad_height + image_height, pad_width : pad_width + image_width
        ]
