import type { Metric, MetricObjectWithValues, MetricValue, Registry } from 'prom-client';

type Sample = MetricValue<string>;

/**
 * The text of a scrape, byte for byte as prom-client's registry writes it. What a series is called is
 * written once and kept for as long as prom-client keeps its sample: of ten thousand series a scrape
 * then costs ten thousand numbers, not names, labels and escapes.
 */
export class MetricsText {
  /** `name{labels} ` of a sample; forgotten with it. prom-client never changes a sample's labels. */
  private readonly heads = new WeakMap<Sample, string>();

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
    const found = (await metric.get()) as MetricObjectWithValues<Sample>;
    const lines = [`# HELP ${name} ${escaped(found.help)}`, `# TYPE ${name} ${type}`];
    for (const sample of found.values)
      lines.push(this.headOf(name, sample) + written(sample.value));
    return lines.join('\n');
  }

  private headOf(name: string, sample: Sample): string {
    const known = this.heads.get(sample);
    if (known !== undefined) return known;
    const labels = Object.entries(sample.labels).map(
      ([label, value]) => `${label}="${escaped(String(value)).replaceAll('"', '\\"')}"`,
    );
    const head = `${name}${labels.length === 0 ? '' : `{${labels.join(',')}}`} `;
    this.heads.set(sample, head);
    return head;
  }
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

function written(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return 'Nan';
  return value < 0 ? '-Inf' : '+Inf';
}
