// Where the page begins: every other module is imported from here, directly or not.

import { DEAD } from "./color.js";
import { ARCHITECTURES, DATASETS, SEEDS, block, convLayers, runBlock } from "./data.js";
import { pValue } from "./format.js";
import { Bank } from "./kernels.js";
import { look, ownScale } from "./look.js";
import { currentPlayer } from "./player.js";
import { raster } from "./raster.js";
import { start } from "./router.js";
import { inputOf } from "./views/teaching.js";

// The one name that the page gives to the outside: for its tests, its benchmark and the console. No module reads it.
window.kernelscope = {
  ARCHITECTURES, DATASETS, SEEDS, convLayers, block, runBlock, // what is embedded
  look, get player() { return currentPlayer(); }, // what is shown, and when in the training
  Bank, DEAD, inputOf, ownScale, pValue, raster, // how it is drawn and written
};

start();
