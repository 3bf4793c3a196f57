/** For whoever opens a link that signs in no more: without scripts, as it is no part of the web page. */
export const usedLinkPage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Link used · Proofloop</title><style>
:root{color-scheme:light dark;background:light-dark(#fff,#1b1b1b);color:light-dark(#111,#eee);font:16px/1.5 system-ui,sans-serif}
main{max-width:30rem;margin:15vh auto 0;padding:1.5rem}h1{font-size:1.375rem}
</style></head>
<body><main><h1>This link signs nobody in any more</h1>
<p>It was used, or the server has started anew since. Start Proofloop again for a new one.</p>
<p>Who is signed in here already, or has a password, needs none: <a href="/">open Proofloop</a>.</p></main></body></html>
`
