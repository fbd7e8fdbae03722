const LIGHT = `--paper:#fdfdfc;--panel:#f4f4f1;--ink:#15181c;--muted:#555c64;--rule:#d6d9dc;--grid:#e6e8ea;--zero:#80868d;--control:#6a7178;--path:#6a7178;--bar:#4b525a;
--loss:#9c2a1c;--pessimistic:#1f5fa6;--base:#a95a00;--optimistic:#87398c;--warn:#7a4d00;--warn-panel:#fdf3dd;--stripe:#ecd9ac;--no:#9c2a1c;--no-ink:#ffffff;`;

const DARK = `--paper:#101317;--panel:#181c21;--ink:#e7e9ec;--muted:#a4acb5;--rule:#2b3138;--grid:#22272d;--zero:#727a83;--control:#98a1aa;--path:#98a1aa;--bar:#9ba4ad;
--loss:#ff9c88;--pessimistic:#74b2f3;--base:#f0a850;--optimistic:#da97e2;--warn:#f2c879;--warn-panel:#241d0f;--stripe:#3a2f17;--no:#c0463a;--no-ink:#ffffff;`;

const PAGE = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:400 15px/1.5 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
main,.top,footer{max-width:1240px;margin:0 auto;padding:0 24px}
a{color:inherit;text-decoration-color:var(--zero);text-underline-offset:3px}
:focus-visible{outline:2px solid var(--pessimistic);outline-offset:2px}
code,pre{font:12.5px/1.55 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
bdi{overflow-wrap:anywhere}
.skip{position:absolute;left:-999px}
.skip:focus{left:8px;top:8px;background:var(--paper);padding:4px 8px;z-index:2}
.loss{color:var(--loss)}
.n,time{white-space:nowrap}

.top{display:flex;align-items:baseline;gap:12px;padding-top:14px;padding-bottom:12px;flex-wrap:wrap}
.top b{font-size:15px;letter-spacing:-.01em}
.top span{color:var(--muted)}
.top code{color:var(--muted);margin-left:auto}
.top button{font:inherit;font-size:13px;color:var(--ink);background:none;border:1px solid var(--rule);border-radius:3px;padding:2px 10px;cursor:pointer}
.synthetic{margin:0;padding:10px 24px;text-align:center;color:var(--warn);background:repeating-linear-gradient(-45deg,var(--warn-panel) 0 14px,var(--stripe) 14px 28px);border-block:1px solid var(--warn)}
.synthetic span{background:var(--warn-panel);padding:2px 10px;box-decoration-break:clone;-webkit-box-decoration-break:clone}
.synthetic strong{letter-spacing:.08em}

.first{display:grid;grid-template-columns:minmax(0,1fr) 340px;gap:0 56px;border-top:2px solid var(--ink);padding-top:26px}
.synthetic+main .first{border-top:0}
.kicker{margin:0 0 6px;color:var(--muted)}
h1{font-size:clamp(27px,4vw,46px);line-height:1.12;letter-spacing:-.022em;font-weight:650;margin:0 0 16px;text-wrap:balance}
.verdict{display:inline-block;white-space:nowrap;padding:0 .3em .03em;border-radius:4px;border:2px solid var(--ink)}
.verdict.no{background:var(--no);border-color:var(--no);color:var(--no-ink)}
.verdict.yes{background:var(--ink);color:var(--paper)}
.verdict.unknown{border-style:dashed}
.grounds{margin:0;max-width:68ch}
.grounds.left{margin-top:8px;font-weight:600}
.headline{border-left:1px solid var(--rule);padding-left:28px}
.label{margin:0;color:var(--muted)}
.big{margin:0;font-size:38px;line-height:1.2;font-weight:600;letter-spacing:-.02em}
.big.second{font-size:26px}
.big span span,.big>span:last-child{font-size:15px;font-weight:400;letter-spacing:0;color:var(--muted)}
.headline .interval{margin-top:10px}
.range{margin:2px 0 0;font-size:13.5px;color:var(--muted)}
.strip{grid-column:1/-1;display:grid;grid-template-columns:repeat(auto-fit,minmax(128px,1fr));margin:26px 0 0;border-top:1px solid var(--rule);border-bottom:1px solid var(--rule)}
.strip div{padding:10px 12px 10px 0}
dt{color:var(--muted);font-size:13px}
dd{margin:0}
.strip dd{font-size:19px;font-weight:550}
abbr{text-decoration:none}

nav{margin:14px 0 0}
nav ul{display:flex;flex-wrap:wrap;gap:2px 18px;list-style:none;margin:0;padding:0;font-size:13.5px}
.warnings{margin-top:26px;border:1px solid var(--warn);border-left-width:5px;background:var(--warn-panel);padding:12px 18px}
.warnings h2{font-size:15px;margin:0;color:var(--warn)}
.warnings ul{margin:4px 0 0;padding-left:18px}
.warnings li{max-width:110ch}

.part{margin-top:52px;border-top:1px solid var(--ink);padding-top:12px}
.head{display:grid;grid-template-columns:260px minmax(0,1fr) minmax(0,1fr);gap:4px 32px;margin-bottom:18px}
h3{font-size:15px;margin:26px 0 0;font-weight:620}
.step{font-weight:inherit}
h2{font-size:21px;line-height:1.25;letter-spacing:-.012em;margin:0;font-weight:620}
.how,.finding{margin:0}
.how{color:var(--muted);font-size:13.5px}
.finding{font-weight:500}
.panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,330px),1fr));gap:22px 26px}
.panel{margin:0;min-width:0}
figcaption{font-size:13.5px;font-weight:600;margin-bottom:4px}
figcaption small{display:block;font-weight:400;color:var(--muted);font-size:12.5px}
.swatch{display:inline-block;width:10px;height:10px;margin-right:7px;border-radius:50%;background:var(--ink)}
.swatch.pessimistic{background:var(--pessimistic);border-radius:0}
.swatch.base{background:var(--base)}
.swatch.optimistic{background:var(--optimistic);border-radius:0;transform:rotate(45deg) scale(.85)}
.legend{display:flex;flex-wrap:wrap;gap:2px 22px;list-style:none;margin:0 0 12px;padding:0;font-size:13.5px}
.key{width:28px;height:10px;margin-right:7px;stroke:var(--ink);stroke-width:2.2}
.key.control{stroke:var(--control);stroke-width:1.5}
.missing{margin:0;padding:14px 16px;background:var(--panel);border:1px dashed var(--zero);color:var(--muted)}

.chart{display:block;width:100%;height:auto;color:var(--muted);font-family:inherit;font-size:11px;overflow:visible;fill:currentColor;text-anchor:middle}
.chart text{white-space:pre;font-variant-numeric:tabular-nums}
.interval,.change{display:block;width:100%;min-width:170px;height:22px}
.interval .zero,.change .zero{stroke:var(--zero);stroke-width:1}
.interval .whisker{fill:none;stroke:var(--ink);stroke-width:1.6}
.interval circle{fill:var(--ink)}
.interval.pessimistic .whisker{stroke:var(--pessimistic)}.interval.pessimistic circle{fill:var(--pessimistic)}
.interval.base .whisker{stroke:var(--base)}.interval.base circle{fill:var(--base)}
.interval.optimistic .whisker{stroke:var(--optimistic)}.interval.optimistic circle{fill:var(--optimistic)}
.change{height:18px}
.change rect{fill:var(--bar);stroke:var(--bar);stroke-width:1.2}
.change.up rect{fill:var(--paper)}

.wide{overflow-x:auto;margin:0 0 8px}
.wide+.wide{margin-top:26px}
.panels+.wide,.missing+.wide{margin-top:22px}
.wide.small{max-width:760px}
.interval text{font-size:11px;fill:var(--muted);text-anchor:middle}
.interval.tall{height:36px}
table{border-collapse:collapse;width:100%;font-size:14px;line-height:1.35}
caption{text-align:left;color:var(--muted);font-size:13px;padding:0 0 6px}
caption span.text{display:inline-block;position:sticky;left:0;max-width:min(100ch,calc(100vw - 32px))}
th,td{padding:5px 10px;text-align:left;font-weight:400;vertical-align:middle;border-bottom:1px solid var(--grid)}
th:first-child{padding-left:0}
td:last-child,th:last-child{padding-right:2px}
thead th{color:var(--muted);font-size:12.5px;white-space:nowrap;border-bottom:1px solid var(--zero);vertical-align:bottom}
tbody th{white-space:nowrap}
.right{text-align:right}
.panel table{font-size:13px}.panel th,.panel td{padding:5px 0 5px 8px}
.group th{font-weight:620;padding-top:14px;border-bottom-color:var(--rule);white-space:normal}
.strip-cell{width:230px}
td small{display:block;color:var(--muted);font-size:11.5px;white-space:nowrap}
.none{color:var(--muted);font-size:13px}
th button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer;text-decoration:underline;text-decoration-style:dotted;text-underline-offset:3px}
.columns{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:0 40px}
.facts{margin:0}
.facts div{display:grid;grid-template-columns:104px minmax(0,1fr);gap:10px;padding:4px 0;border-bottom:1px solid var(--grid)}
details{margin-top:10px}
summary{cursor:pointer;color:var(--muted);font-size:13.5px;width:max-content;max-width:100%}
summary:hover{color:var(--ink)}
pre{margin:8px 0 0;padding:12px 14px;background:var(--panel);border-left:3px solid var(--rule);overflow-x:auto;white-space:pre-wrap}
footer{margin-top:60px;padding-top:14px;padding-bottom:40px;color:var(--muted);font-size:13px}
footer p{border-top:1px solid var(--rule);padding-top:14px;margin:0}

@media (min-width:981px){.range-cell{white-space:nowrap}}
@media (max-width:980px){.head{grid-template-columns:minmax(0,1fr)}.first{grid-template-columns:minmax(0,1fr)}.headline{border-left:0;padding:18px 0 0;max-width:420px}}
@media (max-width:620px){
main,.top,footer{padding-left:16px;padding-right:16px}
body{font-size:14.5px}
.top code{margin-left:0;order:3;width:100%}
.top button{margin-left:auto}
.first{padding-top:18px}
.columns{grid-template-columns:minmax(0,1fr)}
.part{margin-top:40px}
.strip{grid-template-columns:repeat(2,minmax(0,1fr))}
tbody th[scope=row],thead th:first-child{position:sticky;left:0;background:var(--paper)}
tbody th[scope=row]{white-space:normal;max-width:38vw}
.chart{font-size:12px}
table{font-size:13px}th,td{padding:5px 4px}
.interval,.change{min-width:82px}.strip-cell{width:82px}
.swatch{margin-right:5px}
}
@media print{
body{font-size:11px}main,.top,footer{max-width:none;padding:0}
button,nav,.sql,.skip{display:none}
.panel,.headline,tr{break-inside:avoid}.head{break-after:avoid}.part{margin-top:24px}
.panels{grid-template-columns:repeat(3,minmax(0,1fr))}.wide{overflow:visible}table{font-size:9.5px}
}`;

/** The stylesheet of the page. Follows the reader's system; the root's `data-theme` overrides it; paper is always light. */
export const STYLE = `:root{color-scheme:light;${LIGHT}}
@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;${DARK}}}
@media screen{:root[data-theme=dark]{color-scheme:dark;${DARK}}}${PAGE}`;
