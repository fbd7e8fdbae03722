/** The monitor page: it asks `/status` once a second and draws what it says. Nothing on it comes from elsewhere. */
export const MONITOR_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>tapedeck live</title>
<style>
:root { color-scheme: light dark; --paper:#fbfaf7; --card:#ffffff; --ink:#1d2228; --soft:#5b6570; --line:#e2ddd3; --good:#1b6e3c; --bad:#a3261d; --mark:#8a5a00; }
@media (prefers-color-scheme: dark) { :root { --paper:#14171b; --card:#1c2127; --ink:#e8e6e1; --soft:#a2abb5; --line:#2f363e; --good:#6fd391; --bad:#ff8f85; --mark:#f0c060; } }
* { box-sizing: border-box; }
body { margin:0; background:var(--paper); color:var(--ink); font:15px/1.45 ui-sans-serif,system-ui,sans-serif; }
main { max-width:1180px; margin:0 auto; padding:20px 16px 48px; }
header { display:flex; flex-wrap:wrap; gap:6px 16px; align-items:baseline; margin-bottom:14px; }
h1 { font-size:21px; margin:0; letter-spacing:-.01em; }
h2 { font-size:13px; text-transform:uppercase; letter-spacing:.06em; color:var(--soft); margin:0 0 8px; font-weight:600; }
.soft { color:var(--soft); } .good { color:var(--good); } .bad { color:var(--bad); } .mark { color:var(--mark); }
.banner { border:1px solid var(--line); border-left:4px solid var(--mark); background:var(--card); padding:8px 12px; border-radius:6px; margin-bottom:14px; }
.banner.halt { border-left-color:var(--bad); }
.figures { display:grid; grid-template-columns:repeat(4,1fr); gap:10px; margin-bottom:14px; }
@media (max-width:900px) { .figures { grid-template-columns:repeat(2,1fr); } }
section.all { grid-column:1/-1; }
.figure, section { background:var(--card); border:1px solid var(--line); border-radius:8px; padding:11px 13px; }
.figure b { display:block; font-size:20px; font-weight:600; font-variant-numeric:tabular-nums; }
.figure span { color:var(--soft); font-size:12.5px; }
.columns { display:grid; grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr)); gap:12px; }
section { overflow-x:auto; }
table { border-collapse:collapse; width:100%; font-size:13.5px; font-variant-numeric:tabular-nums; }
th { text-align:left; color:var(--soft); font-weight:500; padding:0 10px 4px 0; white-space:nowrap; }
td { padding:3px 10px 3px 0; border-top:1px solid var(--line); vertical-align:top; white-space:nowrap; }
td.why { white-space:normal; min-width:150px; color:var(--soft); overflow-wrap:anywhere; }
th.r, td.r { text-align:right; }
.none { color:var(--soft); margin:0; }
form { display:flex; flex-wrap:wrap; gap:8px; margin:0 0 14px; }
input { flex:1 1 180px; min-width:0; font:inherit; color:inherit; background:var(--card); border:1px solid var(--line); border-radius:6px; padding:6px 9px; }
button { font:inherit; color:var(--ink); background:var(--card); border:1px solid var(--soft); border-radius:6px; padding:6px 13px; cursor:pointer; }
button.danger { color:var(--bad); border-color:var(--bad); }
@media (max-width:640px) { .wide { display:none; } main { padding:14px 10px 40px; } }
</style>
</head>
<body>
<main>
<header><h1 id="title">tapedeck live</h1><span class="soft" id="where"></span><span id="state" role="status"></span></header>
<div class="banner" id="synthetic" hidden>SYNTHETIC: a program makes these markets and this money. Nothing here is about a real market.</div>
<div class="banner halt" id="halted" hidden></div>
<div class="figures" id="figures"></div>
<form id="act"><input id="reason" aria-label="reason" placeholder="reason" autocomplete="off"><button class="danger" type="button" id="halt">Halt and cancel all</button><button type="button" id="resume">Resume</button><span class="soft" id="said" role="status"></span></form>
<div class="columns">
<section><h2>Positions</h2><div id="positions"></div></section>
<section><h2>Open orders</h2><div id="orders"></div></section>
<section class="all" id="whalebox" hidden><h2>Whales, newest first</h2><div id="whales"></div></section>
<section class="all"><h2>Decisions, newest first</h2><div id="decisions"></div></section>
<section><h2>Fills, newest first</h2><div id="fills"></div></section>
<section><h2>How long things take</h2><div id="stages"></div></section>
</div>
</main>
<script>
const token = new URLSearchParams(location.hash.slice(1)).get('token');
const $ = (id) => document.getElementById(id);
const dollars = (e6) => e6 == null ? '–' : (e6 < 0 ? '−$' : '$') + (Math.abs(e6) / 1e6).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const cents = (e4) => e4 == null ? '–' : (e4 / 100).toLocaleString('en-US') + '¢';
const count = (e2) => (e2 / 100).toLocaleString('en-US');
const time = (us) => new Date(us / 1000).toISOString().slice(5, 19).replace('T', ' ');
const span = (s) => s < 90 ? Math.round(s) + ' s' : s < 5400 ? Math.round(s / 60) + ' min' : (s / 3600).toFixed(1) + ' h';
const micro = (us) => us < 1000 ? Math.round(us) + ' µs' : (us / 1000).toFixed(us < 10000 ? 2 : 0) + ' ms';
function table(id, columns, rows, empty) {
  const box = $(id); box.textContent = '';
  if (rows.length === 0) { const p = document.createElement('p'); p.className = 'none'; p.textContent = empty; box.append(p); return; }
  const made = document.createElement('table'); const head = made.createTHead().insertRow();
  for (const [title, , style] of columns) { const th = document.createElement('th'); th.textContent = title; th.className = style || ''; head.append(th); }
  const body = made.createTBody();
  for (const row of rows) { const line = body.insertRow(); for (const [, of, style] of columns) { const cell = line.insertCell(); const value = of(row); cell.textContent = Array.isArray(value) ? value[0] : value; cell.className = (style || '') + (Array.isArray(value) ? ' ' + value[1] : ''); } }
  box.append(made);
}
function figures(list) {
  const box = $('figures'); box.textContent = '';
  for (const [name, value, tone] of list) { const one = document.createElement('div'); one.className = 'figure'; const b = document.createElement('b'); b.textContent = value; b.className = tone || ''; const s = document.createElement('span'); s.textContent = name; one.append(b, s); box.append(one); }
}
const tone = (e6) => e6 > 0 ? 'good' : e6 < 0 ? 'bad' : '';
const reasons = (row) => Object.entries(row.reasons || {}).filter(([, v]) => v !== null).map(([k, v]) => k.replace(/_(us|e2|e4|e5|e6)$/, '').replaceAll('_', ' ') + ' ' + told(k, v)).join(', ');
const told = (k, v) => typeof v !== 'number' ? v : /_us$/.test(k) ? span(v / 1e6) : /_e6$/.test(k) ? dollars(v) : /_e4$/.test(k) ? cents(v) : /_e2$/.test(k) ? count(v) : v.toLocaleString('en-US');
function draw(view) {
  const { session, health, account, counts } = view;
  $('title').textContent = session.strategy;
  $('where').textContent = session.environment + ' · ' + session.id + ' · market time ' + time(session.market_time_us) + ' UTC' + (session.speed === 1 ? '' : ', ' + session.speed + '×');
  $('state').textContent = health.halted ? 'halted' : health.connected ? 'trading' : 'not connected';
  $('state').className = health.ok ? 'good' : 'bad';
  $('synthetic').hidden = !session.synthetic;
  $('halted').hidden = !health.halted; $('halted').textContent = health.halted ? 'Halted: ' + health.halted + '. Nothing is entered until it is resumed.' : '';
  const result = account.worth_e6 - account.starting_cash_e6;
  figures([
    ['worth if all were sold now', dollars(account.worth_e6)],
    ['since the session began', dollars(result), tone(result)],
    ['cash, after fees of ' + dollars(account.fees_e6), dollars(account.cash_e6)],
    ['lost today, of ' + dollars(account.day_limit_e6), dollars(Math.max(0, account.day_loss_e6)), account.day_loss_e6 > 0 ? 'bad' : ''],
    ['orders sent · fills', counts.orders + ' · ' + counts.fills],
    ['account agreed', health.account_checks + ' times'],
    ['takers beyond the estimate', counts.slippage_e5 == null ? '–' : (counts.slippage_e5 / 1000).toFixed(2) + '¢ each', tone(-(counts.slippage_e5 || 0))],
    ['up, lives', span(session.uptime_s) + ', ' + session.lives],
  ]);
  table('positions', [['market', (r) => r.ticker], ['', (r) => r.leg], ['contracts', (r) => count(r.quantity_e2), 'r'], ['cost', (r) => dollars(r.cost_e6), 'r wide'], ['mark', (r) => cents(r.mark_e4), 'r wide'], ['P&L', (r) => [dollars(r.profit_e6), tone(r.profit_e6)], 'r']], view.positions, 'no position');
  table('orders', [['market', (r) => r.ticker], ['', (r) => r.leg], ['at', (r) => cents(r.price_e4), 'r'], ['contracts', (r) => count(r.quantity_e2), 'r'], ['filled', (r) => count(r.filled_e2), 'r wide'], ['age', (r) => span(r.age_s), 'r'], ['', (r) => r.status]], view.orders, 'no order rests');
  const whales = view.decisions.filter((r) => r.reasons && 'whale_cost_e6' in r.reasons);
  $('whalebox').hidden = whales.length === 0;
  table('whales', [['time', (r) => time(r.time_us)], ['market', (r) => r.ticker], ['side', (r) => r.reasons.whale_side], ['cost', (r) => dollars(r.reasons.whale_cost_e6), 'r'], ['age', (r) => micro(r.reasons.age_us || 0), 'r wide'], ['', (r) => r.action]], whales, '');
  table('decisions', [['time', (r) => time(r.time_us)], ['what', (r) => r.action], ['market', (r) => r.ticker, 'wide'], ['why', reasons, 'why']], view.decisions, 'none yet');
  table('fills', [['time', (r) => time(r.local_time_us)], ['market', (r) => r.ticker], ['', (r) => r.leg], ['contracts', (r) => count(r.quantity_e2), 'r'], ['at', (r) => cents(r.leg === 'yes' ? r.price_e4 : 10000 - r.price_e4), 'r'], ['', (r) => r.liquidity, 'wide']], view.fills, 'none yet');
  table('stages', [['stage', (r) => r.stage], ['times', (r) => r.count.toLocaleString('en-US'), 'r'], ['p50', (r) => micro(r.p50), 'r'], ['p99', (r) => micro(r.p99), 'r']], view.stages, 'nothing timed yet');
}
async function look() {
  try { draw(await (await fetch('/status')).json()); }
  catch { $('state').textContent = 'the session does not answer'; $('state').className = 'bad'; }
}
async function act(path) {
  const reason = $('reason').value.trim();
  if (reason === '') { $('said').textContent = 'say why first'; $('reason').focus(); return; }
  const answer = await fetch(path, { method: 'POST', headers: { authorization: 'Bearer ' + token, 'content-type': 'application/json' }, body: JSON.stringify({ reason }) });
  $('said').textContent = answer.ok ? 'done' : (await answer.json()).error;
  if (answer.ok) $('reason').value = '';
  look();
}
$('halt').onclick = () => act('/halt'); $('resume').onclick = () => act('/resume');
$('act').onsubmit = (event) => event.preventDefault();
if (token === null) { $('act').hidden = true; }
look(); setInterval(look, 1000);
</script>
</body>
</html>
`;
