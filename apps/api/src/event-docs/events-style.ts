/** Style of the page of events: readable, narrow, light or dark as the reader's machine is. */
export const STYLE = `:root{color-scheme:light dark;--ink:light-dark(#1c2326,#e6ebec);
--soft:light-dark(#5b676c,#9aa7ac);--line:light-dark(#dde3e5,#2e383c);
--back:light-dark(#fff,#12181a);--panel:light-dark(#f5f7f7,#1a2225);
--accent:light-dark(#0b6e5f,#5cc8b4)}
*{box-sizing:border-box}html{scroll-behavior:smooth;scroll-padding-top:1.5rem}
body{margin:0;font:16px/1.55 system-ui,sans-serif;color:var(--ink);background:var(--back);
display:grid;grid-template-columns:17rem minmax(0,1fr)}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:1.2rem 1rem 2rem 1.4rem;
background:var(--panel);border-right:1px solid var(--line);font-size:.88rem}
nav h2{font-size:.74rem;letter-spacing:.05em;text-transform:uppercase;color:var(--soft);
margin:1.3rem 0 .3rem}nav ul{list-style:none;margin:0;padding:0}nav li{margin:.1rem 0}
nav a{color:var(--ink);text-decoration:none}nav a:hover{color:var(--accent)}
.brand{font-weight:700;font-size:1.1rem;margin:0 0 .8rem}
main{padding:2rem 2.5rem 6rem;max-width:66rem}
h1{font-size:2rem;line-height:1.2;margin:0 0 .6rem}.lead{color:var(--soft);max-width:46rem}
h2{font-size:1.25rem;margin:2.2rem 0 .7rem}
h2.group{border-top:2px solid var(--accent);padding-top:.8rem;margin-top:3.2rem}
p{max-width:50rem}a{color:var(--accent)}
code{font:.9em ui-monospace,monospace;overflow-wrap:anywhere}
.event{border:1px solid var(--line);border-radius:.6rem;padding:1.1rem 1.3rem;margin:0 0 1.4rem}
h3{font-size:1.12rem;margin:0;display:flex;justify-content:space-between;gap:1rem}
h3 .schema{font-size:.82rem;font-weight:400}.type{margin:.1rem 0 .8rem;color:var(--soft)}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.15rem 1rem;margin:.8rem 0 1rem;
font-size:.88rem}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.wide{overflow-x:auto}#topics code{white-space:nowrap}table{border-collapse:collapse;width:100%;font-size:.88rem}
th{text-align:left;color:var(--soft);font-weight:600;white-space:nowrap}
th,td{padding:.35rem .9rem .35rem 0;border-bottom:1px solid var(--line);vertical-align:top}
.n{text-align:right}.t{min-width:9rem;max-width:20rem;color:var(--soft)}
.d1{padding-left:1rem}.d2{padding-left:2rem}.d3{padding-left:3rem}.d4{padding-left:4rem}
.optional{color:var(--soft);font-size:.82em}
details{margin-top:.9rem}summary{cursor:pointer;color:var(--accent);font-size:.9rem}
pre{background:var(--panel);border:1px solid var(--line);border-radius:.4rem;padding:.8rem 1rem;
overflow:auto;font:13px/1.45 ui-monospace,monospace}
@media(max-width:52rem){body{display:block}nav{position:static;height:auto}main{padding:1.2rem}}`;
