// The entry point of the page, which imports every other module, directly or not.

import { groupTable } from "./answer/what.js";
import { barChart, lineChart } from "./chart.js";
import { DEAD } from "./color.js";
import { ARCHITECTURES, DATASETS, SEEDS, block, convLayers, runBlock } from "./data.js";
import { figure } from "./figure.js";
import { pValue } from "./format.js";
import { Bank, momentsOf } from "./kernels.js";
import { forward, shapes, weightsOf } from "./network.js";
import { look, ownScale } from "./style.js";
import { currentPlayer } from "./player.js";
import { PixelBank } from "./projection.js";
import { raster } from "./raster.js";
import { start } from "./router.js";
import { columnsOf } from "./views/columns.js";
import { losses } from "./views/losses.js";
import { layout } from "./views/sheet.js";
import { about } from "./views/kernel/claims.js";
import { inputOf } from "./views/kernel/sliding.js";
import { accuracyTable } from "./views/wrong.js";

// The only global name of the page, for its tests, its benchmark and the console. No module reads it.
window.kernelscope = {
  ARCHITECTURES, DATASETS, SEEDS, convLayers, block, runBlock, // embedded data
  look, get player() { return currentPlayer(); }, // the style, and the snapshot on display
  forward, shapes, weightsOf, // a network computed by the page
  Bank, PixelBank, DEAD, about, accuracyTable, barChart, columnsOf, figure, groupTable, inputOf, layout, lineChart, losses, momentsOf, ownScale, pValue, raster, // drawing and formatting
};

start();
