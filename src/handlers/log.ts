import { hideSecrets } from './hide-secrets';

/** Tells things worth telling. Never the response URL, never a record. */
export interface Log {
  info(message: string, facts?: LogFacts): void;
  warn(message: string, facts?: LogFacts): void;
}

export interface LogFacts {
  readonly [name: string]: string | number | boolean | undefined | readonly string[];
}

/**
 * One line of JSON each. Past `console`, which in Lambda puts its own words before a line, or wraps it once more, so that
 * neither a metric filter nor a collector would find the fields.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
export function jsonLog(write: (line: string) => void): Log {
  const tell = (level: string, message: string, facts?: LogFacts) => {
    const head = { timestamp: new Date().toISOString(), level, message };
    // Whoever wrote the words: a user's own input may hold an address that is signed.
    const hide = (_name: string, value: unknown) => (typeof value === 'string' ? hideSecrets(value) : value);
    write(`${JSON.stringify({ ...head, ...facts, ...head }, hide)}\n`);
  };
  return {
    info: (message, facts) => tell('info', message, facts),
    warn: (message, facts) => tell('warn', message, facts),
  };
}

/** Adds to each line what is known by then of the request that it belongs to. */
export function withFacts(log: Log, known: () => LogFacts): Log {
  return {
    info: (message, facts) => log.info(message, { ...known(), ...facts }),
    warn: (message, facts) => log.warn(message, { ...known(), ...facts }),
  };
}
