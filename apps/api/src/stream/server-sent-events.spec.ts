import { describe, expect, it } from '@jest/globals';
import { formatEvent, formatPositions, parsePositions } from './server-sent-events.js';

describe('a server-sent event', () => {
  it('is one block, whatever line breaks its data has', () => {
    const text = formatEvent({ id: 'north:1', event: 'a.v1', data: { say: 'a\nb\r\n\n: c' } });
    expect(text).toBe('id: north:1\nevent: a.v1\ndata: {"say":"a\\nb\\r\\n\\n: c"}\n\n');
    expect(text.trimEnd().split('\n')).toHaveLength(3);
  });
});

describe('positions', () => {
  it('are read back from the id of an event', () => {
    const positions = { 'south-2': 4, north: 12 };
    expect(formatPositions(positions)).toBe('north:12,south-2:4');
    expect(parsePositions('north:12,south-2:4')).toEqual(positions);
  });

  it.each(['', 'north', 'north:', 'north:-1', 'north:01', 'north:1,', 'North:1', 'north:1 or 1'])(
    'are refused when they are not ours: "%s"',
    (text) => {
      expect(parsePositions(text)).toBeNull();
    },
  );
});
