/* Comforts only: every page works without this file. Keys, selects that submit themselves, the bar of what is selected. */
"use strict";
(() => {
  const typing = (e) => /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) || e.target.isContentEditable;
  const rows = () => [...document.querySelectorAll("[data-row]")];
  let at = -1;
  const go = (by) => {
    const all = rows();
    if (!all.length) return;
    if (all[at]) all[at].removeAttribute("aria-selected");
    at = Math.max(0, Math.min(all.length - 1, at + by));
    all[at].setAttribute("aria-selected", "true");
    all[at].scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === "Escape" && e.target.id === "lk-find") { document.getElementById("lk-found").replaceChildren(); e.target.blur(); return; }
    if (typing(e)) return;
    const row = rows()[at];
    const pressed = document.querySelector(`[data-key="${CSS.escape(e.key)}"]`);
    if (pressed) { e.preventDefault(); pressed.click(); return; }
    switch (e.key) {
      case "/": { const find = document.getElementById("lk-find"); if (find) { e.preventDefault(); find.focus(); } break; }
      case "j": go(1); break;
      case "k": go(-1); break;
      case "x": { const box = row && row.querySelector("input[type=checkbox]"); if (box) box.click(); break; }
      case "Enter": { const link = row && row.querySelector("a"); if (link && e.target === document.body) link.click(); break; }
      case "?": { const help = document.getElementById("lk-help"); if (help) help.showModal(); break; }
    }
  });
  document.addEventListener("change", (e) => {
    if (e.target.matches("[data-submit]")) e.target.form.requestSubmit();
    if (e.target.matches("[data-most]")) {
      const large = [...e.target.files].find((file) => file.size > Number(e.target.dataset.most));
      e.target.setCustomValidity(large ? e.target.dataset.large.replace("{name}", large.name) : "");
      e.target.reportValidity();
    }
    if (e.target.matches("[data-all]")) {
      for (const box of document.querySelectorAll("[data-pick]")) box.checked = e.target.checked;
    }
    if (e.target.matches("[data-every]") && !e.target.checked) picked();
    if (e.target.matches("[data-all],[data-pick]")) picked();
  });
  const picked = () => {
    const bar = document.getElementById("lk-bulk");
    if (!bar) return;
    const chosen = [...document.querySelectorAll("[data-pick]:checked")];
    bar.hidden = !chosen.length;
    bar.querySelector("[data-count]").textContent = chosen.length;
    const money = chosen.map((box) => parseFloat(box.dataset.money)).filter((each) => !isNaN(each));
    const divisor = Number(bar.dataset.divisor), sum = money.reduce((all, each) => all + each, 0) / divisor;
    bar.querySelector("[data-sum]").hidden = !money.length;
    bar.querySelector("[data-money-sum]").textContent = sum.toLocaleString("en", { minimumFractionDigits: divisor > 1 ? 1 : 0, maximumFractionDigits: divisor > 1 ? 1 : 0 });
    for (const box of document.querySelectorAll("[data-pick]")) box.closest("tr").classList.toggle("on", box.checked);
  };
  document.addEventListener("click", (e) => {
    const found = document.getElementById("lk-found");
    if (found && !e.target.closest(".lk-seek")) found.replaceChildren();
    for (const menu of document.querySelectorAll(".lk-menu[open]")) if (!menu.contains(e.target)) menu.removeAttribute("open");
    const copy = e.target.closest("[data-copy]");
    if (copy) { e.preventDefault(); navigator.clipboard.writeText(location.href).then(() => { copy.textContent = copy.dataset.copy; }); }
  });
  document.documentElement.classList.add("lk-app");
  const nav = document.querySelector(".lk-nav"), here = nav && nav.querySelector("[aria-current]");
  if (here) nav.scrollLeft = here.offsetLeft - nav.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2;
  const slots = document.querySelector(".lk-slots");
  if (slots && matchMedia("(max-width:980px)").matches && !slots.querySelector(".set")) slots.removeAttribute("open");
  document.addEventListener("DOMContentLoaded", picked);
})();
/* The editor of a rule: buttons that change its shape fetch the editor anew and leave the page where it is. */
(() => {
  const reshape = (form, what) => {
    if (!window.htmx) return;
    const values = { do: what };
    window.htmx.ajax("POST", form.action, { source: form, target: "#lk-rule-editor", select: "#lk-rule-editor", swap: "outerHTML", values });
  };
  document.addEventListener("click", (e) => {
    const button = e.target.closest("#lk-rule-form button[data-part]");
    if (button && window.htmx) { e.preventDefault(); reshape(button.form, button.value); }
  });
  document.addEventListener("change", (e) => {
    if (e.target.matches("#lk-rule-form [data-reshape]")) reshape(e.target.form, "kind");
  });
  document.addEventListener("htmx:afterSwap", (e) => {
    if (e.target.id === "lk-rule-editor" || (e.detail.target && e.detail.target.id === "lk-rule-editor")) {
      const form = document.getElementById("lk-rule-form");
      if (form && window.htmx) window.htmx.trigger(form, "change");
    }
  });
})();
