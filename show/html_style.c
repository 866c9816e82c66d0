/* html_style.c - how the page looks. Contrast with the background is at least 4.5 in both schemes, and the
 * charts' colours stay apart for those who see fewer: tests/html.py computes both. Meaning never hangs on
 * colour alone. */
#include "config.h"

#include "show/html_style.h"

#define LIGHT                                                                                                \
    "--bg:#ffffff;--fg:#16191d;--soft:#59636e;--rule:#dfe3e8;--good:#0f6b3a;--bad:#b3151d;--warn:#7d4e00;"   \
    "--s0:#1769b8;--s1:#9c2c06;--s2:#10855f;--s3:#7c3aed;--s4:#6b0f4a;--s5:#947000;--s6:#0e7c96;--s7:#"      \
    "6b7480;--shade:rgb(0 0 0/.2)"
#define DARK                                                                                                 \
    "--bg:#0f1216;--fg:#e8ecf1;--soft:#9aa5b1;--rule:#2b323b;--good:#56d38b;--bad:#ff7b72;--warn:#e3b341;"   \
    "--s0:#7fc3fb;--s1:#f0693a;--s2:#2fe0a0;--s3:#b07cff;--s4:#e5479a;--s5:#f0ca3a;--s6:#6fd6ea;--s7:#"      \
    "8d98a5;--shade:rgb(0 0 0/.7)"

const char html_style_sheet[] =
    "\n:root{color-scheme:light dark;" LIGHT "}\n"
    "@media (prefers-color-scheme:dark){:root{" DARK "}}\n"
    "body{background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif;max-width:80rem;margin:0 auto;"
    "padding:1.5rem clamp(1rem,3vw,2.5rem) 4rem}\n"
    "h1{font-size:1.1rem;font-weight:600;line-height:1.3;margin:0 0 1.5rem}"
    "h1 small{color:var(--soft);font-weight:400;margin-left:.5rem;white-space:nowrap}\n"
    "h2{font-size:1.5rem;font-weight:650;letter-spacing:-.01em;line-height:1.25;margin:4rem 0 .5rem}p{margin:.5rem 0}a{color:var(--s0)}\n"
    ".soft,.facts{color:var(--soft)}.facts{font-size:.875rem;margin-top:4rem}.good{color:var(--good)}.bad{color:var(--bad)}"
    ".warn{color:var(--warn)}\n"
    "code{font:.92em ui-monospace,monospace;background:color-mix(in srgb,currentColor 8%,"
    "transparent);padding:.1em .3em;border-radius:.25em}\n"
    /* the answer */
    ".headline{margin-bottom:1.25rem}.headline p{margin:0;color:var(--fg)}"
    ".headline .label{font-size:.95rem;font-weight:650;color:inherit}\n"
    ".headline .answer{font-size:clamp(1.5rem,1rem + 2.4vw,2.5rem);font-weight:700;letter-spacing:-.022em;line-height:1.2}"
    ".opening:has(.headline+.headline) .answer{font-size:clamp(1.3rem,1rem + 1.2vw,1.75rem)}\n"
    ".answer .figures{color:var(--soft);font-weight:500;font-size:.62em;letter-spacing:0}.answer .sentence{display:inline-block}"
    ".answer .sentence::first-letter{text-transform:uppercase}\n"
    ".answer .whose{font-size:.45em;letter-spacing:0}.whose{font-size:.8rem;font-weight:400;color:var(--warn)}\n"
    ".states{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.75rem;padding:0;margin:.75rem 0;font-size:.95rem}"
    ".states a{color:inherit;text-decoration:none}.states a:hover{text-decoration:underline}"
    ".banner{color:var(--warn);font-size:.875rem;border-left:3px solid;padding-left:.75rem;margin:.75rem 0 0}"
    ".stopped{color:var(--bad);border-left:3px solid;padding-left:.75rem;margin:0 0 1.5rem}\n"
    ".sentences{font-size:.95rem;padding-left:1.1rem;margin:1.5rem 0}.sentences li{margin:.35rem 0;max-width:65rem}"
    ".notes{font-size:.875rem}\n"
    /* tables */
    ".wide{overflow-x:auto;scrollbar-width:thin;margin:1.5rem 0;background:linear-gradient(90deg,var(--bg) 45%,"
    "transparent) 0 0/3rem 100% no-repeat local,"
    "linear-gradient(270deg,var(--bg) 45%,transparent) 100% 0/3rem 100% no-repeat local,"
    "linear-gradient(90deg,var(--shade),transparent) 0 0/1rem 100% no-repeat,linear-gradient(270deg,var(--shade),"
    "transparent) 100% 0/1rem 100% no-repeat}\n"
    "table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.9rem}\n"
    "caption{text-align:left;padding-bottom:.5rem}"
    "caption span{position:sticky;left:0;display:inline-block;max-width:min(100%,calc(100vw - 2rem))}"
    "caption,figcaption{font-size:.95rem;font-weight:600}\n"
    "th,td{text-align:right;vertical-align:baseline;padding:.35rem .6rem;border-bottom:1px solid var(--rule);white-space:nowrap}"
    "tr>:first-child{padding-left:0}tr>:last-child{padding-right:0}\n"
    "th:first-child,th.words,th[scope=row],td.words,td.heat{text-align:left}td.words,th[scope=row]{white-space:normal}"
    "td.words{min-width:6rem}td.words:last-child{min-width:12rem}"
    "th[scope=row]{min-width:6rem}thead th{color:var(--soft);font-weight:500;font-size:.85rem}tbody th{font-weight:400}\n"
    "tr.group th{font-weight:650;text-align:left;padding-top:1rem}tr.best>*{font-weight:650}\n"
    "td.heat{background:color-mix(in srgb,currentColor 9%,var(--bg));padding-left:.6rem}\n"
    /* what is opened */
    "pre{font:.85rem/1.45 ui-monospace,monospace;margin:.5rem 0}details{margin:.75rem 0}details details{margin-left:1rem}"
    "summary{cursor:pointer;padding:.25rem 0;color:var(--s0)}summary.good{color:var(--good)}"
    "summary.point{color:var(--fg);font-weight:600;padding:.6rem 0;border-bottom:1px solid var(--rule)}"
    "summary.point span{font-weight:400;margin-left:.75rem}\n"
    /* charts */
    ".pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,30rem),1fr));gap:0 3.5rem}\n"
    "figure{margin:1.75rem 0;container-type:inline-size}figcaption{margin-bottom:.75rem}svg{display:block;overflow:visible}"
    "svg text{fill:var(--soft);font-size:12.5px;font-variant-numeric:tabular-nums}\n"
    ".plot{padding:0 1.5rem 0 4.25rem}.plot.ends{padding-right:8.5rem}svg text.end{fill:currentColor;font-weight:600}\n"
    ".rows>div{display:grid;grid-template-columns:minmax(6rem,26%) 1fr 6rem;gap:0 1rem;align-items:center;font-size:.9rem}"
    ".rows>p{margin:.6rem 0 .1rem;font-size:.9rem}.name{line-height:1.25}"
    ".figure{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}\n"
    "@container(max-width:32rem){.rows>div{grid-template:'name figure' 'chart chart'/1fr auto}.rows svg{grid-area:chart}"
    ".rows .name{grid-area:name}"
    ".rows .figure{grid-area:figure}.plot.ends{padding-right:1rem}.end,svg text.minor{display:none}.plot{padding-left:3.75rem}}\n"
    "@container(max-width:48rem){svg text.second{display:none}}\n"
    ".grid{stroke:var(--rule)}path{vector-effect:non-scaling-stroke}"
    ".line{fill:none;stroke-width:2.25;stroke:currentColor;stroke-linejoin:round}"
    ".line:hover{stroke-width:4}.line.dashed{stroke-dasharray:7 4}\n"
    ".fill{fill:currentColor}.hollow{fill:var(--bg);stroke:currentColor;stroke-width:2}.fill.dashed{fill-opacity:.6}"
    ".box{fill:color-mix(in srgb,currentColor 35%,var(--bg));stroke:currentColor}.median{stroke:var(--fg);stroke-width:2}\n"
    ".span{stroke:currentColor;stroke-width:1.75}.whisker{stroke:var(--fg);stroke-width:1.5}"
    ".limit{stroke:var(--fg);stroke-width:1.5;stroke-dasharray:5 4}"
    ".front{fill:none;stroke:var(--fg);stroke-width:1.5;stroke-dasharray:2 3}svg text.bad-mark{fill:var(--bad)}"
    "svg text.warn-mark{fill:var(--warn)}\n"
    ".s0{color:var(--s0)}.s1{color:var(--s1)}.s2{color:var(--s2)}.s3{color:var(--s3)}"
    ".s4{color:var(--s4)}.s5{color:var(--s5)}.s6{color:var(--s6)}.s7{color:var(--s7)}\n"
    ".legend{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;padding:0;margin:.75rem 0 0;font-size:.875rem}\n"
    ".key{display:inline-block;width:1.25em;height:.3em;border-radius:1px;margin-right:.5em;vertical-align:middle;background:currentColor}"
    ".key.dashed{background:linear-gradient(90deg,currentColor 40%,transparent 40% 60%,currentColor 60%)}\n"
    "@media print{:root{color-scheme:light;print-color-adjust:exact;" LIGHT "}body{max-width:none;padding:0;font-size:11pt}h2{break-after:avoid}"
    "details::details-content{content-visibility:visible;display:block}figure,tr{break-inside:avoid}pre{white-space:pre-wrap}.wide{overflow:visible;background:none}"
    "th,td{white-space:normal;padding:.15rem .18rem}td.heat{padding-left:.18rem}table{font-size:.68rem}thead th{font-size:.68rem}"
    "td.words,td.words:last-child,th[scope=row]{min-width:0}@page{margin:1.3cm}}\n";
