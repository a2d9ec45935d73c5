import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DASHBOARDS } from '../../observability/dashboards/dashboards.js';
import { prometheusBinary } from '../../local/src/prometheus.js';
import {
  type DataOf,
  type DefinitionKey,
  type EventEnvelope,
  MATERIAL_STREAMS,
  type TypedData,
  decodeBody,
} from '#contracts';
import { BOOKS } from '#materials';
import { urbanmine } from '#local';
import { isRunnable, pageCommands, runCommand } from '../downstream.js';
import {
  RUSH,
  RUSH_CREDITED,
  RUSH_CREDITS,
  RUSH_LOT,
  claimAnswers,
  errsAt,
  rushDelivery,
} from '../claim-rush.js';
import { type Page, fromApi } from '../line-reading.js';
import { CompletenessCheck, walkLog } from '../log-walk.js';
import { HAND_DAY, HAND_LOT, HAND_RUN, enter } from '../office-day.js';
import { PAGES, commandBlocks, inlineCommands, isPlain } from '../pages.js';
import { query, rulesOf, targetsOf } from '../prometheus-reading.js';
import { type RunningLine, startLine, until } from '../running-line.js';

// The reporter names this at the end of a run without the tool; the gate demands it.
const withPrometheus = prometheusBinary() ? it : it.skip;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const bodiesOf = <Key extends DefinitionKey>(said: readonly TypedData[], key: Key): DataOf<Key>[] =>
  said.flatMap((typed) => (typed.key === key ? [typed.data as DataOf<Key>] : []));

/**
 * The whole line, every process real: a simulated plant feeds it until a lot of every stream has
 * been delivered, sorted, balanced and dispatched. Then a stranger reads the log.
 */
describe('from the belt to a signed checkpoint', () => {
  let line: RunningLine;

  beforeAll(async () => {
    line = await startLine({ rate: 2_000, streams: MATERIAL_STREAMS });
  }, 120_000);

  afterAll(async () => {
    await line.stop();
  }, 60_000);

  it.each(MATERIAL_STREAMS)(
    'dispatches a lot of %s that came off a run',
    async (stream) => {
      const lot = await until(`a dispatched lot of ${stream}`, 60_000, async () => {
        const page = await fromApi<Page<{ lotId: string; stream: string }>>(
          line,
          `/v1/lots?stream=${stream}&state=dispatched`,
        );
        return page.items[0];
      });
      expect(lot.lotId).toMatch(/^north\./);
    },
    70_000,
  );

  it('has a log that a stranger verifies, with every event of every station exactly once', async () => {
    const { items: sites } = await fromApi<Page<{ siteId: string }>>(line, '/v1/sites');
    expect(sites.map(({ siteId }) => siteId)).toEqual(['north']);
    const entries: EventEnvelope[] = [];
    const complete = new CompletenessCheck();
    const log = await walkLog(line.url('api'), 'north', (entry) => {
      complete.visit(entry);
      entries.push(entry);
    });
    expect(log.size).toBeGreaterThan(50);
    expect(complete.problems()).toEqual([]);
    expect(entries[0]?.attributes.type).toBe('urbanmine.reference.adopted.v1');
    const said = entries.map(({ attributes, data }) =>
      decodeBody(attributes.type, JSON.parse(data.toString()) as unknown),
    );
    const balances = bodiesOf(said, 'runBalanced');
    const starts = bodiesOf(said, 'runStarted');
    const frames = bodiesOf(said, 'piecesClassified');
    for (const stream of MATERIAL_STREAMS) {
      const runs = new Set(starts.flatMap((run) => (run.stream === stream ? [run.runId] : [])));
      expect(balances.filter(({ runId }) => runs.has(runId)).length).toBeGreaterThan(0);
      const classes = new Set(
        frames
          .filter(({ scan }) => runs.has(scan.runId))
          .flatMap(({ classification }) =>
            classification.class.map((index) => classification.classes[index]),
          ),
      );
      classes.delete('unresolved');
      // Each stream has its own classes, and the pieces of a lot are of many.
      expect([stream, classes.size > 4]).toEqual([stream, true]);
    }
    expect(bodiesOf(said, 'devicesDismantled').length).toBeGreaterThan(0);
    for (const fact of balances) {
      const sum = (parts: readonly { massMg: string }[]): bigint =>
        parts.reduce((total, { massMg }) => total + BigInt(massMg), 0n);
      expect(BigInt(fact.feedMg)).toBe(
        sum(fact.outlets) + sum(fact.losses) + BigInt(fact.unaccountedMg),
      );
    }
  }, 30_000);

  it('closes its books', async () => {
    const balance = await fromApi<{ closes: boolean }>(line, '/v1/sites/north/balance');
    expect(balance.closes).toBe(true);
  });

  it('books a day that people entered by hand, each entry once and under their pseudonym', async () => {
    const entered = [];
    for (const [at, [name, data]] of HAND_DAY.entries()) {
      entered.push(await enter(line, name, data, `hand-day-${at}`));
    }
    expect(entered.map(({ source, repeated, logged }) => [source, repeated, logged])).toEqual(
      HAND_DAY.map(() => ['north.office', false, true]),
    );
    const again = await enter(line, HAND_DAY[1]![0], HAND_DAY[1]![1], 'hand-day-1');
    expect(again).toEqual({ ...entered[1], repeated: true });
    await expect(enter(line, HAND_DAY[1]![0], HAND_DAY[1]![1], 'hand-day-2')).rejects.toThrow(
      'answers 409',
    );
    const run = await until('the balance of the run', 30_000, async () => {
      const read = await fromApi<{ state: string; balance: Record<string, unknown> | null }>(
        line,
        `/v1/runs/${HAND_RUN}`,
      );
      return read.state === 'balanced' ? read : undefined;
    });
    expect(run.balance).toMatchObject({
      data: { feedMg: '10000000000', unaccountedMg: '10000000', marks: 'reached' },
    });
    const lot = await fromApi<{ state: string }>(line, `/v1/lots/${HAND_LOT}`);
    expect(lot.state).toBe('dispatched');
    const said: EventEnvelope[] = [];
    await until('the entries in the signed log', 30_000, async () => {
      said.length = 0;
      await walkLog(line.url('api'), 'north', (entry) => {
        if (entry.attributes.actor === 'p-17') said.push(entry);
      });
      return said.length >= HAND_DAY.length ? true : undefined;
    });
    expect(said.map(({ attributes }) => [attributes.type, attributes.entrymode])).toEqual(
      HAND_DAY.map(([name]) => [`urbanmine.${name}.v1`, 'manual']),
    );
  }, 90_000);

  it('grants 50 of 100 claims that ask at once for credits of 50, and never overdraws', async () => {
    for (const [at, [name, data]] of RUSH_CREDITED.entries()) {
      await enter(line, name, data, `rush-credit-${at}`);
    }
    await Promise.all(
      RUSH.map((data, at) => enter(line, 'claim.requested', data, `claim-rush-${at}`)),
    );
    const answers = await until('an answer to every request', 30_000, async () => {
      const found = await claimAnswers(line);
      return found.length >= RUSH.length ? found : undefined;
    });
    const issued = answers.filter(({ key }) => key === 'claimIssued');
    const refused = answers.filter(({ key }) => key === 'claimRefused');
    expect([issued.length, refused.length]).toEqual([RUSH_CREDITS, RUSH_CREDITS]);
    expect(new Set(answers.map(({ claimId }) => claimId)).size).toBe(RUSH.length);
    expect(new Set(refused.map(({ reason }) => reason))).toEqual(new Set(['no-credits']));
    // At every prefix of the log what is left is what was not given yet, down to nothing.
    const left = Array.from({ length: RUSH_CREDITS }, (_, n) => String((49 - n) * 1_000_000));
    expect(issued.map(({ creditsLeftMg }) => creditsLeftMg)).toEqual(left);
    const { accounts } = await fromApi<{ accounts: { book: string; kind: string }[] }>(
      line,
      '/v1/sites/north/balance',
    );
    expect(accounts).toContainEqual(
      expect.objectContaining({ book: 'C', kind: 'credit', closingMg: '0' }),
    );
  }, 90_000);

  it('closes a period and corrects above the limit with two, by HTTP', async () => {
    const closing = { periodId: 'north.period-1' };
    expect((await enter(line, 'period.closing', closing, 'close-period-1')).logged).toBe(true);
    const lot = await fromApi<{ openedIndex: number }>(line, `/v1/lots/${RUSH_LOT}`);
    const delivered = rushDelivery(2_000);
    const errs = await until('the delivery in the log', 30_000, () =>
      errsAt(line, lot.openedIndex),
    );
    const corrected = { errs, reason: 'incorrect-data', corrected: delivered };
    await enter(line, 'event.corrected', corrected, 'correct-alone');
    const two = { ...corrected, approvedBy: 'p-18' };
    await enter(line, 'event.corrected', two, 'correct-by-two');
    await expect(
      enter(line, 'event.corrected', { ...two, approvedBy: 'p-17' }, 'correct-by-one'),
    ).rejects.toThrow('answers 403');
    const read = await fromApi<{ receivedMg: string; exceptions: { code: string }[] }>(
      line,
      `/v1/lots/${RUSH_LOT}`,
    );
    expect(read.receivedMg).toBe('2000000000');
    const { items } = await fromApi<Page<{ code: string; about: string }>>(
      line,
      '/v1/exceptions?site=north&limit=200',
    );
    expect(items.map(({ code }) => code)).toContain('request-refused');
  }, 60_000);

  it('is read from outside with TypeScript, Python and kcat, each fact once', async () => {
    const printed = new Map<string, string[]>();
    for (const command of pageCommands().filter(isRunnable)) {
      printed.set(command, await runCommand(line, command));
    }
    const of = (pattern: RegExp): string[][] =>
      [...printed].filter(([command]) => pattern.test(command)).map(([, lines]) => lines);
    const facts = of(/facts/);
    expect(facts.length).toBeGreaterThan(0);
    const shortest = Math.min(...facts.map((lines) => lines.length));
    for (const lines of facts) {
      expect(lines.slice(0, shortest)).toEqual(facts[0]!.slice(0, shortest));
      // Of one site, so seq by seq.
      expect(lines.map((text) => Number(text.split(' ')[1]))).toEqual(lines.map((_, at) => at + 1));
    }
    for (const lines of of(/lots/)) expect(lines).toContain(`${HAND_LOT} dispatched 0`);
    for (const lines of of(/^(kcat|curl)/)) expect(lines.join('')).toContain('run.balanced');
  }, 120_000);

  withPrometheus(
    'is watched: targets up, every rule evaluated, every query of every dashboard with an answer',
    async () => {
      const url = line.prometheusUrl!;
      const queries = DASHBOARDS.flatMap(({ sections }) => sections)
        .flatMap(({ panels }) => panels)
        .flatMap((panel) => panel.queries.map((one) => ({ ...one, panel: panel.title })));
      const silent: string[] = [];
      await until('series for every query', 60_000, async () => {
        silent.length = 0;
        for (const { expr, panel, rare } of queries) {
          const series = await query(url, expr.replaceAll(/\$(site|line|station|stream)\b/g, '.*'));
          const says = series.some(({ value }) => value[1] !== 'NaN');
          if (!says && rare === undefined) silent.push(`${panel}: ${expr}`);
        }
        return silent.length === 0 ? true : undefined;
      }).catch((error: unknown) => {
        throw new Error(`no series: ${silent.join('; ')}`, { cause: error });
      });
      const targets = await targetsOf(url);
      expect(targets.map(({ labels, health }) => [labels['app'], health]).sort()).toEqual(
        ['api', 'classifier', 'gateway', 'ledger', 'metrics'].map((app) => [app, 'up']),
      );
      const rules = await rulesOf(url);
      expect(rules.length).toBeGreaterThan(40);
      expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    },
    90_000,
  );

  it('answers the commands of the pages as they are written', async () => {
    const [entry, ...others] = commandBlocks('docs/office.md');
    expect(others).toEqual([]);
    const answer = JSON.parse((await runCommand(line, entry!.text)).join('')) as unknown;
    expect(answer).toMatchObject({ source: 'north.office' });
    const commands = PAGES.flatMap(inlineCommands).filter(isPlain).filter(isRunnable);
    // What a grep behind them finds depends on the day.
    const sources = new Set(commands.map((command) => command.split(' | ')[0]!));
    for (const command of sources) {
      const lines = await runCommand(
        line,
        command.replace('kcat ', 'kcat -q -e ').replace('curl ', 'curl -f '),
      );
      expect([command, lines.length]).not.toEqual([command, 0]);
    }
  }, 90_000);

  it('has adopted every reference book that its figures rest on', async () => {
    const env = { DATABASE_URL: line.databaseUrl };
    const printed = await urbanmine(ROOT, ['books', 'list', '--json'], env);
    const books = JSON.parse(printed) as { version: number; inForce: Record<string, number> }[];
    expect(books).toHaveLength(BOOKS.length);
    for (const { version, inForce } of books) expect(inForce['north']).toBe(version);
  });

  it('passes the audit: every fact follows from the entries by the rules, every seal holds', async () => {
    // Exits with an error when there is a finding.
    const log = `${line.url('api')}/log/north`;
    const printed = await urbanmine(ROOT, ['audit', log, '--classes', '--json']);
    const { findings, counts } = JSON.parse(printed) as {
      findings: unknown;
      counts: Record<string, number>;
    };
    expect(findings).toEqual([]);
    expect(counts['piecesClassifiedAgain']).toBeGreaterThan(2_000);
    expect(counts['piecesClassifiedAgain']).toBe(counts['pieces']);
    expect(counts['piecesOfOtherModels']).toBe(0);
  }, 60_000);
});
