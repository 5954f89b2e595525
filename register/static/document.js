// Opens the folded part of a text into which the address points, in browsers that do not do so themselves.
"use strict";
function unfold() {
  const there = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!there) return;
  let folded = false;
  for (let fold = there.closest("details"); fold; fold = fold.parentElement.closest("details")) {
    folded = folded || !fold.open;
    fold.open = true;
  }
  if (folded) there.scrollIntoView();
}
addEventListener("hashchange", unfold);
addEventListener("DOMContentLoaded", unfold);
