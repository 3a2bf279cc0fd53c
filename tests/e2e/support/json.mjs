// The text of one member of a JSON object, as it stands in the document.

function skipBlanks(text, at) {
  while (' \t\r\n'.includes(text[at]) && at < text.length) at += 1;
  return at;
}

function endOfString(text, at) {
  for (at += 1; text[at] !== '"'; at += 1) if (text[at] === '\\') at += 1;
  return at + 1;
}

function endOfValue(text, at) {
  if (text[at] === '"') return endOfString(text, at);
  if (text[at] !== '{' && text[at] !== '[') {
    while (at < text.length && !',}] \t\r\n'.includes(text[at])) at += 1;
    return at;
  }
  let depth = 0;
  while (at < text.length) {
    if (text[at] === '"') {
      at = endOfString(text, at);
      continue;
    }
    if (text[at] === '{' || text[at] === '[') depth += 1;
    if (text[at] === '}' || text[at] === ']') depth -= 1;
    at += 1;
    if (depth === 0) return at;
  }
  throw new Error('the document ends inside a value');
}

/** The source text of `key` in the object that `document` is. */
export function memberText(document, key) {
  let at = skipBlanks(document, 0) + 1;
  for (;;) {
    at = skipBlanks(document, at);
    if (document[at] !== '"') return undefined;
    const nameEnd = endOfString(document, at);
    const name = JSON.parse(document.slice(at, nameEnd));
    const start = skipBlanks(document, skipBlanks(document, nameEnd) + 1);
    const end = endOfValue(document, start);
    if (name === key) return document.slice(start, end);
    at = skipBlanks(document, end) + 1;
  }
}
