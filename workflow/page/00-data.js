"use strict";
const overview = JSON.parse(document.getElementById("overview").textContent);
document.body.append(overview.title);
