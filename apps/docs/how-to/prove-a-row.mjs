// Proves that one row was in a scrubbed campaign file, and what was answered. It needs Node and nothing else.
//
//   node prove-a-row.mjs prove answers.csv SALT ROW > proof.json     (whoever ran the scrub)
//   node prove-a-row.mjs verify proof.json ROOT                      (whoever is to be convinced)
//
// SALT is the header Greffe-Scrub-Salt of the answer, ROW the number of the row (the first row of data is 1), ROOT the
// `root` of GET /v1/scrubs/{scrubId}. A proof tells of its own row alone: the salt of the file is not in it.
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';

const ADDED = ['permitted', 'reasons', 'validUntil', 'policyVersion', 'problem'];
const KEYS = {
  subjectid: 'subjectId',
  subject_id: 'subjectId',
  email: 'email',
  'e-mail': 'email',
  courriel: 'email',
};
const PHONES = ['phone', 'telephone', 'mobile', 'portable'];

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const leafOf = (data) => sha256(Buffer.from([0]), data);
const nodeOf = (left, right) => sha256(Buffer.from([1]), left, right);

/** The rows of a CSV text, one character per byte. */
function rowsOf(text, delimiter) {
  const rows = [];
  let [row, cell, isQuoted] = [[], '', false];
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    if (isQuoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') cell += text[(i += 1)];
      else isQuoted = false;
    } else if (c === '"' && cell === '') isQuoted = true;
    else if (c === delimiter) (row.push(cell), (cell = ''));
    else if (c === '\n') (rows.push([...row, cell]), ([row, cell] = [[], '']));
    else if (c !== '\r') cell += c;
  }
  return rows;
}

/** The column by which people were found; KEY names it where several could have been. */
function keyColumnOf(header) {
  const names = header.map((name) =>
    Buffer.from(name, 'latin1').toString().trim().toLowerCase().normalize('NFD').replace(/\p{M}/gu, ''),
  );
  if (process.env.KEY !== undefined) return names.indexOf(process.env.KEY.toLowerCase());
  const kinds = names.map((name) => KEYS[name] ?? (PHONES.includes(name) ? 'phone' : undefined));
  const of = (kind) => kinds.indexOf(kind);
  if (of('subjectId') >= 0) return of('subjectId');
  if (of('email') >= 0 && of('phone') >= 0)
    throw new Error('Set KEY to the column that the channel reaches.');
  return Math.max(of('email'), of('phone'));
}

function hashOf(rowSalt, { key, ...answer }) {
  const text = [key, ...ADDED.map((name) => answer[name])].join('\x1f');
  return sha256(rowSalt, Buffer.from(text, 'latin1'));
}

const splitOf = (count) => 2 ** Math.ceil(Math.log2(count) - 1);

/** RFC 6962, 2.1. */
function rootOf(leaves) {
  if (leaves.length === 1) return leaves[0];
  const split = splitOf(leaves.length);
  return nodeOf(rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}

/** RFC 6962, 2.1.1: from the leaf upwards. */
function pathOf(index, leaves) {
  if (leaves.length === 1) return [];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...pathOf(index, left), rootOf(right)]
    : [...pathOf(index - split, right), rootOf(left)];
}

/** The root to which a leaf leads. */
function climbed(leaf, index, count, path) {
  if (count === 1) return leaf;
  const split = splitOf(count);
  const [last, below] = [path.at(-1), path.slice(0, -1)];
  return index < split
    ? nodeOf(climbed(leaf, index, split, below), last)
    : nodeOf(last, climbed(leaf, index - split, count - split, below));
}

function prove(file, salt, number) {
  const text = readFileSync(file)
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '');
  const [line] = text.split(/\r?\n/, 1);
  const delimiter = [';', ',', '\t'].reduce((a, b) => (line.split(b).length > line.split(a).length ? b : a));
  const [header, ...rows] = rowsOf(text, delimiter);
  const column = keyColumnOf(header.slice(0, -ADDED.length));
  const entries = rows.map((cells) => ({
    key: cells[column],
    ...Object.fromEntries(ADDED.map((name, i) => [name, cells[header.length - ADDED.length + i]])),
  }));
  const saltOf = (index) =>
    createHmac('sha256', Buffer.from(salt, 'hex'))
      .update(String(index + 1))
      .digest();
  const leaves = entries.map((entry, index) => leafOf(hashOf(saltOf(index), entry)));
  const index = number - 1;
  if (entries[index] === undefined) throw new Error(`There are ${rows.length} rows.`);
  const path = pathOf(index, leaves).map((hash) => hash.toString('hex'));
  return { row: number, rows: rows.length, rowSalt: saltOf(index).toString('hex'), ...entries[index], path };
}

function verify({ row, rows, rowSalt, path, ...entry }, root) {
  const leaf = leafOf(hashOf(Buffer.from(rowSalt, 'hex'), entry));
  const hashes = path.map((hash) => Buffer.from(hash, 'hex'));
  return climbed(leaf, row - 1, rows, hashes).toString('hex') === root;
}

const [verb, file, ...more] = process.argv.slice(2);
if (verb === 'prove') {
  process.stdout.write(`${JSON.stringify(prove(file, more[0], Number(more[1])), undefined, 2)}\n`);
} else if (verb === 'verify') {
  const isTrue = verify(JSON.parse(readFileSync(file, 'utf8')), more[0]);
  process.stdout.write(
    isTrue ? 'The row was in the file, with this answer.\n' : 'This is NOT a row of that file.\n',
  );
  process.exitCode = isTrue ? 0 : 1;
} else {
  process.stderr.write('prove-a-row.mjs prove answers.csv SALT ROW | verify proof.json ROOT\n');
  process.exitCode = 2;
}
