// The forward pass of convlab.networks.SmallCNN, one image at a time.
// A tensor is { shape: [C, H, W], data: Float32Array } in row-major order, as in NumPy.

/** A tensor of the given shape; zeros unless data is given. */
export function tensor(shape, data) {
  const size = shape.reduce((product, n) => product * n, 1);
  return { shape, data: data ?? new Float32Array(size) };
}

/** Split little-endian float32 bytes into named tensors; `shapes` is [[name, shape], ...]. */
export function readParameters(bytes, shapes) {
  const parameters = {};
  let offset = 0;
  for (const [name, shape] of shapes) {
    const parameter = tensor(shape);
    for (let i = 0; i < parameter.data.length; i++, offset += 4) {
      parameter.data[i] = bytes.getFloat32(offset, true);
    }
    parameters[name] = parameter;
  }
  return parameters;
}

/** Cross-correlation: output[o, y, x] = bias[o] + sum of weight[o, c, i, j] * padded input. */
export function conv2d(input, weight, bias, { stride = 1, padding = 0 } = {}) {
  const [channels, height, width] = input.shape;
  const [outChannels, , kernelHeight, kernelWidth] = weight.shape;
  const outHeight = Math.floor((height + 2 * padding - kernelHeight) / stride) + 1;
  const outWidth = Math.floor((width + 2 * padding - kernelWidth) / stride) + 1;
  const shape = [outChannels, outHeight, outWidth];
  const output = tensor(shape, new input.data.constructor(outChannels * outHeight * outWidth));
  let at = 0;
  for (let o = 0; o < outChannels; o++) {
    for (let y = 0; y < outHeight; y++) {
      for (let x = 0; x < outWidth; x++) {
        let sum = bias ? bias.data[o] : 0;
        for (let c = 0; c < channels; c++) {
          for (let i = 0; i < kernelHeight; i++) {
            const row = y * stride + i - padding;
            if (row < 0 || row >= height) continue; // padding is zero: nothing to add
            const inputRow = (c * height + row) * width;
            const weightRow = ((o * channels + c) * kernelHeight + i) * kernelWidth;
            for (let j = 0; j < kernelWidth; j++) {
              const column = x * stride + j - padding;
              if (column < 0 || column >= width) continue;
              sum += weight.data[weightRow + j] * input.data[inputRow + column];
            }
          }
        }
        output.data[at++] = sum;
      }
    }
  }
  return output;
}

/** max(0, x), element by element. */
export function relu(input) {
  return tensor(input.shape, input.data.map((value) => Math.max(0, value)));
}

/** The largest value of each size x size block; a rest at the border is dropped. */
export function maxPool2d(input, size) {
  const [channels, height, width] = input.shape;
  const output = tensor([channels, Math.floor(height / size), Math.floor(width / size)]);
  let at = 0;
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < output.shape[1]; y++) {
      for (let x = 0; x < output.shape[2]; x++) {
        let largest = -Infinity;
        for (let i = 0; i < size; i++) {
          const row = (c * height + y * size + i) * width + x * size;
          for (let j = 0; j < size; j++) largest = Math.max(largest, input.data[row + j]);
        }
        output.data[at++] = largest;
      }
    }
  }
  return output;
}

/** output[o] = bias[o] + sum of weight[o, i] * input[i], the input flattened. */
export function linear(input, weight, bias) {
  const [outFeatures, inFeatures] = weight.shape;
  const output = tensor([outFeatures]);
  for (let o = 0; o < outFeatures; o++) {
    let sum = bias.data[o];
    for (let i = 0; i < inFeatures; i++) sum += weight.data[o * inFeatures + i] * input.data[i];
    output.data[o] = sum;
  }
  return output;
}

/** Probabilities from logits; the largest logit is subtracted so that exp cannot overflow. */
export function softmax(logits) {
  const largest = Math.max(...logits.data);
  const powers = Array.from(logits.data, (value) => Math.exp(value - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** Every stage of the network for one 28x28 image with values in [0, 1]. */
export function activations(parameters, image) {
  const p = parameters;
  const input = tensor([1, 28, 28], Float32Array.from(image));
  const conv1 = conv2d(input, p["conv1.weight"], p["conv1.bias"], { padding: 1 });
  const relu1 = relu(conv1);
  const pool1 = maxPool2d(relu1, 2);
  const conv2 = conv2d(pool1, p["conv2.weight"], p["conv2.bias"], { padding: 1 });
  const relu2 = relu(conv2);
  const pool2 = maxPool2d(relu2, 2);
  const logits = linear(pool2, p["linear.weight"], p["linear.bias"]);
  return { conv1, relu1, pool1, conv2, relu2, pool2, logits };
}
