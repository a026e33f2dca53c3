// Untrained weights, drawn again from the state of their random numbers: the inverse of drawn.py.

const LIMBS = 8; // of 16 bits, the lowest first, are a state of PCG64
const MULTIPLIER = limbsOf("2360ed051fc65da44385df649fccf645");

// Return the limbs of a hexadecimal number of 128 bits.
function limbsOf(text) {
  return Array.from({ length: LIMBS }, (_, i) => parseInt(text.slice(28 - 4 * i, 32 - 4 * i), 16));
}

// Return `count` weights, uniform in ±1/√inputs, from a state and its increment in 32 hexadecimal digits.
export function drawn({ state, increment, inputs }, count) {
  const bound = 1 / Math.sqrt(inputs);
  const added = limbsOf(increment);
  let now = limbsOf(state);
  return Float32Array.from({ length: count }, () => {
    now = next(now, added);
    return -bound + 2 * bound * share(now);
  });
}

// Return state x multiplier + increment, modulo 2^128.
function next(state, added) {
  const product = new Array(LIMBS);
  for (let k = 0, sum = 0; k < LIMBS; k++) {
    sum += added[k];
    for (let i = 0; i <= k; i++) sum += state[i] * MULTIPLIER[k - i]; // at most 2^36: exact
    product[k] = sum & 65535;
    sum = Math.floor(sum / 65536);
  }
  return product;
}

// Return the number from 0 to 1 of a state: the exclusive or of its halves, rotated by its highest 6 bits, of which 53 bits count.
function share(state) {
  const half = (i) => (state[i] ^ state[i + 4]) | ((state[i + 1] ^ state[i + 5]) << 16);
  const turn = state[7] >> 10;
  let [high, low] = turn < 32 ? [half(2), half(0)] : [half(0), half(2)];
  const by = turn & 31;
  if (by) [high, low] = [(high >>> by) | (low << (32 - by)), (low >>> by) | (high << (32 - by))];
  return ((high >>> 0) * 2 ** 21 + (low >>> 11)) / 2 ** 53;
}
