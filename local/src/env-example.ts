import { type VariableDescription } from '#process';
import { composeVariables, ENVIRONMENTS } from './environments.js';

const HEAD = `# Every variable and its default, by who reads it. Generated from the code: npm run generate.
# For containers: copy to .env, set what differs; docker compose reads it.
# For one process by hand: node --env-file=.env dist/apps/gateway/src/main.js
# \`npm start\` needs none of them.
`;

const OF_COMPOSE: Readonly<Record<string, string>> = {
  URBANMINE_VERSION: 'tag of our own image',
  POSTGRES_VERSION: 'tag of the image of PostgreSQL',
  POSTGRES_PASSWORD: 'password of the database, set when its volume is new',
  KAFKA_VERSION: 'tag of the image of Apache Kafka',
  PROMETHEUS_VERSION: 'tag of the image of Prometheus',
  GRAFANA_VERSION: 'tag of the image of Grafana',
};

/** The text of `.env.example`; `compose` is the text of docker-compose.yml. */
export function envExample(compose: string): string {
  const described = new Map(
    Object.values(ENVIRONMENTS)
      .flat()
      .map(({ name, description }) => [name, description]),
  );
  const ofCompose = composeVariables(compose).map(({ name, fallback }) => {
    const description = OF_COMPOSE[name] ?? described.get(name);
    if (description === undefined)
      throw new Error(`${name} of docker-compose.yml is not described`);
    return `# ${description}\n#${name}=${fallback}\n`;
  });
  const ofProcesses = Object.entries(ENVIRONMENTS).map(
    ([process, variables]) => `# == ${process}\n\n${variables.map(entry).join('')}`,
  );
  return [HEAD, `# == docker compose\n\n${ofCompose.join('')}`, ...ofProcesses].join('\n');
}

function entry({ name, description, required, fallback, secret }: VariableDescription): string {
  const notes = [required ? 'required' : '', secret ? `or ${name}_FILE: a file that holds it` : ''];
  const remarks = notes.filter((note) => note !== '').join('; ');
  return `# ${description}${remarks === '' ? '' : ` (${remarks})`}\n#${name}=${fallback ?? ''}\n`;
}
