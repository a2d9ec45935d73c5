import { describe, expect, it } from '@jest/globals';
import { openApi } from './openapi.js';

describe('the description of the interface', () => {
  const description = openApi();
  const text = JSON.stringify(description);

  it('refers to components that are there', () => {
    const names = [...text.matchAll(/"#\/components\/schemas\/([A-Za-z]+)"/g)].map(
      ([, name]) => name,
    );
    expect(names.length).toBeGreaterThan(10);
    expect(Object.keys(description.components.schemas)).toEqual(expect.arrayContaining(names));
  });

  it('names every parameter of a path', () => {
    for (const [path, { get, post }] of Object.entries(description.paths)) {
      const { parameters } = (get ?? post)!;
      const named = parameters.filter((one) => one['in'] === 'path').map((one) => one['name']);
      expect([path, named]).toEqual([path, [...path.matchAll(/\{(\w+)\}/g)].map(([, one]) => one)]);
    }
  });

  it('says what a list takes', () => {
    const names = description.paths['/v1/lots']!.get!.parameters.map((one) => one['name']);
    expect(names).toEqual(['stream', 'state', 'grade', 'q', 'site', 'asOf', 'cursor', 'limit']);
  });
});
