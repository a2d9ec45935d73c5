import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  LogFormatError,
  LogVerificationError,
  appendSignatures,
  decodeBase64,
  ed25519Signer,
  ed25519Verifier,
  encodeBase64,
  formatSignatureLine,
  keyPair,
  openNote,
  parseNote,
  parseSkey,
  signNote,
  type Signer,
} from './index.js';

// Known answers: the worked example of C2SP signed-note, and golang.org/x/mod/sumdb/note.
const EXAMPLE = {
  vkey: 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
  text: 'This is an example message.\n',
  line: '— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n',
};
const NEUMANN = {
  vkey: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  skey: 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz',
  text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
  line: '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n',
};

const seed = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const ada = ed25519Signer('ada.example/log', seed(1));
const bob = ed25519Signer('bob.example', seed(2));
const adaKey = ed25519Verifier(keyPair(ada.name, seed(1)).vkey);
const bobKey = ed25519Verifier(keyPair(bob.name, seed(2)).vkey);
const text = 'line one\n\nline three\n';
const note = signNote(text, [ada]);
const lineOf = (signer: Signer, of = text): string => signNote(of, [signer]).slice(of.length + 1);

/** Name of the error with which a note is rejected. */
function rejection(bytes: Uint8Array): string | null {
  try {
    openNote(bytes, [adaKey]);
    return null;
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

describe('known answers', () => {
  it('opens the example of the specification', () => {
    const opened = openNote(`${EXAMPLE.text}\n${EXAMPLE.line}`, [ed25519Verifier(EXAMPLE.vkey)]);
    expect(opened.text).toBe(EXAMPLE.text);
    expect(opened.signatures.map(({ name }) => name)).toEqual(['example.com/foo']);
  });

  it("signs and opens as Go's sumdb/note does", () => {
    const { name, seed } = parseSkey(NEUMANN.skey);
    const signed = signNote(NEUMANN.text, [ed25519Signer(name, seed)]);
    expect(signed).toBe(`${NEUMANN.text}\n${NEUMANN.line}`);
    expect(keyPair(name, seed)).toEqual({ vkey: NEUMANN.vkey, skey: NEUMANN.skey });
    expect(openNote(signed, [ed25519Verifier(NEUMANN.vkey)]).text).toBe(NEUMANN.text);
  });
});

describe('openNote', () => {
  it('splits at the last blank line and takes text or bytes', () => {
    expect(openNote(note, [adaKey])).toEqual(openNote(Buffer.from(note), [adaKey]));
    expect(openNote(note, [adaKey]).text).toBe(text);
  });

  it('ignores unknown keys and lists them once', () => {
    const both = appendSignatures(note, [lineOf(bob), lineOf(bob)]);
    const opened = openNote(both, [adaKey]);
    expect(opened.signatures.map(({ name }) => name)).toEqual(['ada.example/log']);
    expect(opened.unverified.map(({ name }) => name)).toEqual(['bob.example']);
  });

  it('ignores a key that shares only its name or only its id with a known one', () => {
    const [line] = parseNote(signNote(text, [bob])).signatures;
    const sameName = formatSignatureLine({ ...line!, name: ada.name });
    const sameId = formatSignatureLine({ ...line!, keyId: ada.keyId });
    const opened = openNote(appendSignatures(note, [sameName, sameId]), [adaKey]);
    expect([opened.signatures.length, opened.unverified.length]).toEqual([1, 2]);
  });

  it('counts a key once, however often it has signed', () => {
    const opened = openNote(appendSignatures(note, [lineOf(ada), lineOf(bob)]), [adaKey, bobKey]);
    expect(opened.signatures.map(({ name }) => name)).toEqual(['ada.example/log', 'bob.example']);
  });

  it('rejects the whole note for one bad signature of a known key', () => {
    const other = lineOf(bob, 'something else\n');
    const bad = appendSignatures(note, [other]);
    expect(openNote(bad, [adaKey]).signatures).toHaveLength(1);
    expect(() => openNote(bad, [adaKey, bobKey])).toThrow(LogVerificationError);
    const second = appendSignatures(note, [lineOf(ada, 'something else\n')]);
    expect(() => openNote(second, [adaKey])).toThrow(LogVerificationError);
  });

  it('needs a known key, and one verifier a key', () => {
    expect(() => openNote(note, [])).toThrow(LogVerificationError);
    expect(() => openNote(note, [bobKey])).toThrow(LogVerificationError);
    expect(() => openNote(note, [adaKey, adaKey])).toThrow(LogVerificationError);
    expect(openNote(note, [adaKey, bobKey, bobKey]).signatures).toHaveLength(1);
  });

  it('rejects every single changed bit of a signature, of its key id and of the text', () => {
    const encoded = note.slice(note.lastIndexOf(' ') + 1, -1);
    const head = note.slice(0, note.lastIndexOf(' ') + 1);
    const bytes = decodeBase64(encoded)!;
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Uint8Array.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      const forged = `${head}${encodeBase64(changed)}\n`;
      expect(() => openNote(forged, [adaKey])).toThrow(LogVerificationError);
    }
    const whole = Buffer.from(note);
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const changed = Buffer.from(whole);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(rejection(changed)).toMatch(/^Log(Format|Verification)Error$/);
    }
  });

  it('accepts 100 signatures and not 101', () => {
    const other = (n: number): string[] => Array.from({ length: n }, () => lineOf(bob));
    expect(openNote(note + other(99).join(''), [adaKey]).signatures).toHaveLength(1);
    expect(() => openNote(note + other(100).join(''), [adaKey])).toThrow(LogFormatError);
    expect(() => parseNote('a'.repeat(1_000_000) + note)).toThrow(LogFormatError);
  });
});

describe('malformed notes', () => {
  const line = lineOf(ada);
  const encoded = line.split(' ')[2]!.trimEnd();
  const withLine = (bad: string): string => `${text}\n${bad}`;
  const raw = (...parts: (string | number[])[]): Uint8Array =>
    Buffer.concat(parts.map((part) => Buffer.from(part as string)));

  it.each<[string, string | Uint8Array]>([
    ['empty', ''],
    ['only newlines', '\n\n\n'],
    ['no signature', text],
    ['no signature after the blank line', `${text}\n`],
    ['no blank line', text.replaceAll('\n\n', '\n') + line],
    ['no text', line],
    ['blank line but no text', `\n${line}`],
    ['no newline at the end', note.slice(0, -1)],
    ['a blank line at the end', `${note}\n`],
    ['a line after the signatures', `${note}and more\n`],
    ['a line before the signatures', withLine(`more\n${line}`)],
    ['a tab in the text', `a\tb\n\n${line}`],
    ['a null in the text', `a\0b\n\n${line}`],
    ['an escape in the text', `a\x1bb\n\n${line}`],
    ['carriage returns', note.replaceAll('\n', '\r\n')],
    ['a carriage return before the last newline', `${note.slice(0, -1)}\r\n`],
    ['invalid UTF-8 in the text', raw([0xff], text, '\n', line)],
    ['an overlong encoding', raw([0xc0, 0x80], text, '\n', line)],
    ['an encoded surrogate', raw([0xed, 0xa0, 0x80], text, '\n', line)],
    ['invalid UTF-8 in the name', raw(text, '\n— a', [0x80], ` ${encoded}\n`)],
    ['a lone surrogate', `\ud800${note}`],
    ['a hyphen for the dash', withLine(line.replace('—', '-'))],
    ['an en dash for the dash', withLine(line.replace('—', '–'))],
    ['no space after the dash', withLine(line.replace('— ', '—'))],
    ['a no-break space after the dash', withLine(line.replace('— ', '—\u00a0'))],
    ['two spaces after the dash', withLine(line.replace('— ', '—  '))],
    ['a space at the start of the line', withLine(` ${line}`)],
    ['a space at the end of the line', withLine(`${line.trimEnd()} \n`)],
    ['no name', withLine(`—  ${encoded}\n`)],
    ['no name and no space', withLine(`— ${encoded}\n`)],
    ['a space in the name', withLine(`— a b ${encoded}\n`)],
    ['a plus sign in the name', withLine(`— a+b ${encoded}\n`)],
    ['a no-break space in the name', withLine(`— a\u00a0b ${encoded}\n`)],
    ['an ideographic space in the name', withLine(`— a\u3000b ${encoded}\n`)],
    ['a next-line character in the name', withLine(`— a\u0085b ${encoded}\n`)],
    ['a line separator in the name', withLine(`— a\u2028b ${encoded}\n`)],
    ['no signature in the line', withLine('— ada.example/log\n')],
    ['an empty signature', withLine('— ada.example/log \n')],
    ['only a dash', withLine('— \n')],
    ['base64 without padding', withLine(line.replace(/=+\n$/, '\n'))],
    ['base64 with a superfluous padding', withLine(line.replace('\n', '=\n'))],
    ['padding in the middle', withLine(`— ada.example/log ab==${encoded}\n`)],
    ['base64url', withLine(`— ada.example/log ${encoded.slice(0, -4)}_-_-\n`)],
    ['trailing bits in base64', withLine('— ada.example/log AAAAAAB=\n')],
    ['a character outside base64', withLine(`— ada.example/log é${encoded.slice(1)}\n`)],
    ['a key id without a signature', withLine('— ada.example/log AAAAAA==\n')],
    ['less than a key id', withLine('— ada.example/log AAAA\n')],
    ['a malformed line after a good one', note + note.slice(-20)],
  ])('%s', (_, malformed) => {
    expect(() => parseNote(malformed)).toThrow(LogFormatError);
    expect(() => openNote(malformed, [adaKey])).toThrow(LogFormatError);
  });
});

describe('signNote', () => {
  it('refuses text that a note cannot hold, and having no signer', () => {
    for (const bad of ['', 'no newline', 'a\tb\n', '\ud800\n', 'a\r\n']) {
      expect(() => signNote(bad, [ada])).toThrow(LogFormatError);
    }
    expect(() => signNote(text, [])).toThrow(RangeError);
    expect(() => signNote(text, [{ ...ada, name: 'a b' }])).toThrow(LogFormatError);
    expect(() => ed25519Signer('a+b', seed(1))).toThrow(RangeError);
  });

  it('and openNote are inverse for any text', () => {
    const lines = fc.array(
      fc.string({ unit: 'grapheme' }).map((s) => s.replaceAll(/\p{Cc}/gu, '')),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(lines, (some) => {
        const any = `${some.join('\n')}\n`;
        const opened = openNote(signNote(any, [ada, bob]), [bobKey, adaKey]);
        expect(opened.text).toBe(any);
        expect(opened.signatures.map(({ name }) => name)).toEqual([ada.name, bob.name]);
      }),
      { numRuns: 50 },
    );
  });

  it('never lets appended lines change what was signed', () => {
    expect(() => appendSignatures(note, [`\n${lineOf(bob)}`])).toThrow(LogFormatError);
    expect(() => appendSignatures(note, ['x\n'])).toThrow(LogFormatError);
  });

  it('takes any signer of that shape', () => {
    const postQuantum: Signer = { name: 'pq.example', keyId: 7, sign: () => seed(9) };
    const opened = openNote(signNote(text, [ada, postQuantum]), [adaKey]);
    expect(opened.unverified).toEqual([{ name: 'pq.example', keyId: 7, signature: seed(9) }]);
  });
});
