/** A dashboard as its author thinks of it; `dashboardJson` makes what Grafana wants. */
export interface Dashboard {
  /** Name of the file and, after `urbanmine-`, of the address. */
  readonly slug: string;
  readonly title: string;
  readonly description: string;
  readonly refresh: string;
  /** Labels to choose by; each later one lists only what the earlier ones leave. */
  readonly variables: readonly Variable[];
  readonly sections: readonly { readonly title: string; readonly panels: readonly Panel[] }[];
}

export interface Variable {
  readonly name: 'site' | 'line' | 'station' | 'stream';
  readonly label: string;
  /** Series whose label of this name is listed. */
  readonly of: string;
}

interface Panel {
  readonly kind: 'stat' | 'timeseries' | 'table';
  readonly title: string;
  /** What it shows and what it does not; a reader at three in the morning has nothing else. */
  readonly description: string;
  /** Grafana's name of the unit. */
  readonly unit: string;
  /** Of 24 columns. */
  readonly width: number;
  readonly queries: readonly {
    readonly expr: string;
    readonly legend: string;
    /** Why a healthy plant may give it no series; without a reason it MUST give some. */
    readonly rare?: string;
  }[];
  /**
   * Names of series that have a band: legends `<name> low` and `<name> high` are its edges. Grafana
   * fills between series that it is told by name alone.
   */
  readonly bands?: readonly string[];
  /** One panel for each value that is chosen of this variable; two stand side by side. */
  readonly repeat?: Variable['name'];
  /** Alerts that go with it: each has a runbook of this name. */
  readonly alerts?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly decimals?: number;
  /** Value from which on it is red. */
  readonly redFrom?: number;
}

const SOURCE = { type: 'prometheus', uid: 'prometheus' } as const;
const COLUMNS = 24;
const HEIGHTS = { stat: 4, timeseries: 8, table: 8, row: 1 } as const;
const CONSOLE = 'http://127.0.0.1:7105';

/** The file that Grafana provisions. */
export function dashboardJson(dashboard: Dashboard): string {
  const model = {
    uid: `urbanmine-${dashboard.slug}`,
    title: dashboard.title,
    description: dashboard.description,
    tags: ['urbanmine'],
    timezone: 'browser',
    schemaVersion: 41,
    version: 1,
    editable: false,
    refresh: dashboard.refresh,
    time: { from: 'now-30m', to: 'now' },
    links: [
      { title: 'Console', type: 'link', url: CONSOLE, targetBlank: true },
      { title: 'Dashboards', type: 'dashboards', tags: ['urbanmine'], asDropdown: true },
    ],
    templating: { list: dashboard.variables.map(variableJson) },
    panels: layOut(dashboard),
  };
  return `${JSON.stringify(model, null, 2)}\n`;
}

function variableJson(variable: Variable, index: number, all: readonly Variable[]): object {
  const chosen = all.slice(0, index).map(({ name }) => `${name}=~"$${name}"`);
  const selector = chosen.length === 0 ? '' : `{${chosen.join(',')}}`;
  const definition = `label_values(${variable.of}${selector}, ${variable.name})`;
  return {
    name: variable.name,
    label: variable.label,
    type: 'query',
    datasource: SOURCE,
    query: { query: definition, refId: variable.name },
    definition,
    includeAll: true,
    multi: true,
    allValue: '.*',
    current: { text: ['All'], value: ['$__all'] },
    refresh: 2,
    sort: 1,
  };
}

/** From left to right, a new line where a panel does not fit, each section under its title. */
function layOut({ sections }: Dashboard): object[] {
  const placed: object[] = [];
  let y = 0;
  for (const { title, panels } of sections) {
    placed.push({
      id: placed.length + 1,
      type: 'row',
      title,
      collapsed: false,
      gridPos: { x: 0, y, w: COLUMNS, h: HEIGHTS.row },
      panels: [],
    });
    y += HEIGHTS.row;
    let x = 0;
    let lineHeight = 0;
    for (const panel of panels) {
      if (x + panel.width > COLUMNS) {
        x = 0;
        y += lineHeight;
        lineHeight = 0;
      }
      const h = HEIGHTS[panel.kind];
      placed.push(panelJson(panel, placed.length + 1, { x, y, w: panel.width, h }));
      x += panel.width;
      lineHeight = Math.max(lineHeight, h);
    }
    y += lineHeight;
  }
  return placed;
}

function panelJson(panel: Panel, id: number, gridPos: object): object {
  const { kind, title, unit, min, max, decimals, redFrom, repeat } = panel;
  return {
    id,
    type: kind,
    title,
    description: described(panel),
    datasource: SOURCE,
    gridPos,
    fieldConfig: {
      defaults: {
        unit,
        ...(min === undefined ? {} : { min }),
        ...(max === undefined ? {} : { max }),
        ...(decimals === undefined ? {} : { decimals }),
        ...(redFrom === undefined ? {} : { thresholds: redFromJson(redFrom) }),
      },
      overrides: bandsJson(panel.bands ?? []),
    },
    ...(repeat === undefined ? {} : { repeat, repeatDirection: 'h', maxPerRow: 2 }),
    targets: panel.queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: SOURCE,
      expr,
      legendFormat: legend,
      ...(kind === 'table' ? { instant: true, format: 'table' } : {}),
    })),
    options: OPTIONS[kind],
  };
}

/** A line of its colour, and its band behind it without lines or legend of its own. */
function bandsJson(names: readonly string[]): object[] {
  if (names.length === 0) return [];
  const set = (
    id: string,
    options: string,
    properties: Readonly<Record<string, unknown>>,
  ): object => ({
    matcher: { id, options },
    properties: Object.entries(properties).map(([property, value]) => ({ id: property, value })),
  });
  const edge = {
    'custom.lineWidth': 0,
    'custom.hideFrom': { legend: true, tooltip: false, viz: false },
  };
  return [
    set('byRegexp', '/ (low|high)$/', edge),
    ...names.flatMap((name, at) => {
      const color = { mode: 'fixed', fixedColor: COLORS[at % COLORS.length] };
      return [
        set('byRegexp', `/^${name}( low| high)?$/`, { color }),
        set('byName', `${name} high`, { 'custom.fillBelowTo': `${name} low` }),
      ];
    }),
  ];
}

/** Of Grafana's palette, in an order in which neighbours are told apart. */
const COLORS = [
  'green',
  'orange',
  'blue',
  'purple',
  'red',
  'yellow',
  'super-light-blue',
  'dark-green',
];

/** Grafana has no link to a file of the repository, so the text names it. */
const described = ({ description, alerts = [] }: Panel): string =>
  alerts.length === 0
    ? description
    : `${description} Runbooks: ${alerts.map((name) => `docs/runbooks/${name}.md`).join(', ')}.`;

const redFromJson = (value: number): object => ({
  mode: 'absolute',
  steps: [
    { color: 'green', value: null },
    { color: 'red', value },
  ],
});

const OPTIONS = {
  stat: {
    reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    colorMode: 'value',
    graphMode: 'area',
  },
  timeseries: {
    legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
    tooltip: { mode: 'multi', sort: 'desc' },
  },
  table: { showHeader: true },
} as const;
