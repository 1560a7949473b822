/** Follows the reader's light or dark setting; prints well. */
export const styleSheet = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1b2430;--soft:#5b6675;--line:#dfe4ea;--good:#1a7f4b;--goodpaper:#e6f5ec;--bad:#b3261e;--badpaper:#fcebea;--accent:#2962b8}
@media (prefers-color-scheme:dark){:root{--paper:#12171d;--ink:#e5eaf0;--soft:#9aa6b4;--line:#2b343f;--good:#5fce92;--goodpaper:#14301f;--bad:#ff8a80;--badpaper:#3a1715;--accent:#8ab4f8}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:1180px;margin:0 auto;padding:24px}
header{border-left:6px solid var(--good);background:var(--goodpaper);padding:18px 24px;border-radius:6px}
header.bad{border-color:var(--bad);background:var(--badpaper)}
header p{margin:6px 0}
h1{margin:4px 0;font-size:28px}
h2{font-size:19px;margin:34px 0 8px}
h3{font-size:15px;margin:18px 0 4px}
.eyebrow,.hint{color:var(--soft);font-size:13px}
.figures{display:flex;flex-wrap:wrap;gap:28px;margin-top:14px}
.figure b{display:block;font-size:22px}
.figure span{color:var(--soft);font-size:13px}
table{border-collapse:collapse;width:100%;font-size:14px}
caption{text-align:left;font-weight:600;padding:6px 8px}
th,td{text-align:left;padding:5px 8px;border-bottom:1px solid var(--line);vertical-align:top;font-weight:400}
thead th{color:var(--soft);font-size:13px}
th[scope=row]{font-weight:600}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.missed{color:var(--bad);font-weight:600}
.pill{display:inline-block;padding:0 9px;border-radius:10px;font-size:13px;white-space:nowrap}
.pill.good{background:var(--goodpaper);color:var(--good)}
.pill.bad{background:var(--badpaper);color:var(--bad)}
.why{font-size:13px;color:var(--soft);max-width:46ch;margin-top:2px}
.columns{display:grid;grid-template-columns:1fr 1fr;gap:28px;align-items:start}
@media (max-width:800px){.columns{grid-template-columns:1fr}}
td.bar{width:30%}
td.bar i{display:block;height:10px;margin-top:6px;border-radius:2px;background:var(--accent)}
svg{width:100%;height:auto;font:11px system-ui,sans-serif}
svg text{fill:var(--ink)}
svg .tick{fill:var(--soft)}
svg .lane{font-weight:600}
svg .grid,svg .rule{stroke:var(--line)}
svg .fault{stroke:var(--bad);stroke-dasharray:4 3}
svg .span{fill:var(--accent);opacity:.28}
svg .dot{fill:var(--accent)}
svg .span.fault{fill:var(--bad)}
svg .dot.fault,svg .dot.people{fill:var(--bad)}
svg .dot.fault{stroke:none}
svg rect.good{fill:var(--good);opacity:.65}
svg rect.bad{fill:var(--bad)}
pre{background:var(--line);padding:10px 14px;border-radius:6px;overflow-x:auto}
/* Wide things scroll by themselves on a telephone, so that the page doesn't. */
.scroll{overflow-x:auto}
.scroll svg{min-width:860px;display:block}
pre,code{overflow-wrap:anywhere}
@media (max-width:600px){main{padding:12px}header{padding:14px 16px}h1{font-size:23px}.figures{gap:16px 24px}}
@media print{main{padding:0}section{break-inside:avoid}}
`;
