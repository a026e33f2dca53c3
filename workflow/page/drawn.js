// Untrained weights, drawn again from the state of their random numbers: the inverse of drawn.py.

const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n; // of PCG64, XSL RR 128/64

// Return `count` weights, uniform in ±1/√inputs, from a state and its increment in hexadecimal digits.
export function drawn({ state, increment, inputs }, count) {
  const [weights, bound] = [new Float32Array(count), 1 / Math.sqrt(inputs)];
  const [start, added] = [BigInt(`0x${state}`), BigInt(`0x${increment}`)];
  for (let at = 0, now = start; at < count; at++) {
    now = BigInt.asUintN(128, now * MULTIPLIER + added);
    weights[at] = -bound + 2 * bound * share(now);
  }
  return weights;
}

// Return the number from 0 to 1 of a state: the exclusive or of its halves, rotated by its highest 6 bits, of which 53 bits count.
function share(state) {
  const [half, turn] = [BigInt.asUintN(64, state ^ (state >> 64n)), state >> 122n];
  const turned = BigInt.asUintN(64, (half >> turn) | (half << (64n - turn)));
  return Number(turned >> 11n) / 2 ** 53;
}
