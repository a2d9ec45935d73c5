import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StackError } from './stack-error.js';

/** Who may log in at a secured broker from its first start on. `admin` may do everything. */
const PRINCIPALS = ['broker', 'admin', 'gateway', 'classifier', 'ledger', 'metrics'] as const;
type KafkaPrincipal = (typeof PRINCIPALS)[number];
export type KafkaPasswords = Readonly<Record<KafkaPrincipal, string>>;

/**
 * The passwords of the broker in `home`, made with it and kept beside it, for the owner's eyes only.
 * Undefined: the broker asks for none. A folder stays what it was made as: its principals are in the
 * broker's own log. Errors: StackError when it is not what is asked for.
 */
export function kafkaPasswords(home: string, secure: boolean): KafkaPasswords | undefined {
  const file = join(home, 'passwords.json');
  const isMade = existsSync(join(home, 'data', 'meta.properties'));
  const isSecured = existsSync(file);
  if (isMade && isSecured !== secure) {
    const made = isSecured ? 'with' : 'without';
    throw new StackError(
      `${home} was made ${made} --secure and stays so. Start it ${made}, choose another folder ` +
        '(--data DIR), or forget its data (--fresh)',
    );
  }
  if (!secure) return undefined;
  if (isSecured) return JSON.parse(readFileSync(file, 'utf8')) as KafkaPasswords;
  const made = PRINCIPALS.map((name) => [name, randomBytes(24).toString('base64url')] as const);
  mkdirSync(home, { recursive: true });
  writeFileSync(file, JSON.stringify(Object.fromEntries(made)), { mode: 0o600 });
  return Object.fromEntries(made) as Record<KafkaPrincipal, string>;
}

/** Options of the formatting: the principals that are there before anybody can log in. */
export const scramOptions = (passwords: KafkaPasswords): string[] =>
  PRINCIPALS.flatMap((name) => [
    '--add-scram',
    `SCRAM-SHA-512=[name=${name},password=${passwords[name]}]`,
  ]);

const MODULES = 'org.apache.kafka.common.security';

/** Lines of server.properties: everybody shows who he is, and whom nothing is allowed may nothing. */
export function securityProperties({ broker }: KafkaPasswords): string {
  const scram = `${MODULES}.scram.ScramLoginModule required username="broker"`;
  // Principals of SCRAM stand in the controller's own log, so it cannot ask its peers for one.
  const plain = `${MODULES}.plain.PlainLoginModule required username="broker"`;
  return `listener.security.protocol.map=CONTROLLER:SASL_PLAINTEXT,CLIENT:SASL_PLAINTEXT
inter.broker.listener.name=CLIENT
sasl.enabled.mechanisms=SCRAM-SHA-512
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
sasl.mechanism.controller.protocol=PLAIN
listener.name.client.scram-sha-512.sasl.jaas.config=${scram} password="${broker}";
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config=${plain} password="${broker}" user_broker="${broker}";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:broker;User:admin
allow.everyone.if.no.acl.found=false
`;
}
