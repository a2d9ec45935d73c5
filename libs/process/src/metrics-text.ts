import type { Metric, MetricObjectWithValues, MetricValue, Registry } from 'prom-client';

type Sample = MetricValue<string>;

/** Samples of a metric as they stood at the last scrape, and how the line of each begins. */
interface Known {
  readonly samples: Sample[];
  readonly heads: string[];
}

/**
 * The text of a scrape, byte for byte as prom-client's registry writes it. What a series is called is
 * written once and kept for as long as prom-client keeps its sample in its place: of ten thousand
 * series a scrape then costs ten thousand numbers, not names, labels and escapes.
 */
export class MetricsText {
  private readonly known = new Map<string, Known>();

  constructor(private readonly registry: Registry) {}

  async text(): Promise<string> {
    // Typed as what they are described by; they are the metrics themselves.
    const metrics = this.registry.getMetricsAsArray() as unknown as readonly Metric[];
    const parts = await Promise.all(metrics.map((metric) => this.part(metric)));
    return `${parts.join('\n\n')}\n`;
  }

  private async part(metric: Metric): Promise<string> {
    const { name, type } = metric as unknown as { readonly name: string; readonly type: unknown };
    // Their samples are made anew at each scrape, several of a series.
    if (type !== 'counter' && type !== 'gauge') return this.registry.getSingleMetricAsString(name);
    const { help, values } = (await metric.get()) as MetricObjectWithValues<Sample>;
    const lines = [`# HELP ${name} ${escaped(help)}`, `# TYPE ${name} ${type}`];
    const { samples, heads } = this.knownOf(name);
    samples.length = values.length;
    heads.length = values.length;
    for (const [place, sample] of values.entries()) {
      if (samples[place] !== sample) {
        samples[place] = sample;
        // prom-client never changes the labels of a sample.
        heads[place] = headOf(name, sample);
      }
      lines.push(heads[place]! + written(sample.value));
    }
    return lines.join('\n');
  }

  private knownOf(name: string): Known {
    let known = this.known.get(name);
    if (known === undefined) {
      known = { samples: [], heads: [] };
      this.known.set(name, known);
    }
    return known;
  }
}

function headOf(name: string, { labels }: Sample): string {
  let text = '';
  for (const [label, value] of Object.entries(labels)) {
    const said = String(value);
    const plain = SPECIAL.test(said) ? escaped(said).replaceAll('"', '\\"') : said;
    text += `${text === '' ? '' : ','}${label}="${plain}"`;
  }
  return `${name}${text === '' ? '' : `{${text}}`} `;
}

/** Hardly any label has one, and to look is cheaper than to replace. */
const SPECIAL = /[\\"\n]/;

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

function written(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return 'Nan';
  return value < 0 ? '-Inf' : '+Inf';
}
