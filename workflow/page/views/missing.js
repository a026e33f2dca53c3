// The view for an address without content.

import { h, link } from "../dom.js";

export const missing = (what) => [h("h1", {}, "Not in this page"), h("p", {}, "There is nothing at ", h("code", {}, what), ". "), h("p", {}, link([], "To the overview"))];
