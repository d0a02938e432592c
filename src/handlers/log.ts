/** One line of JSON for each thing worth telling. Never the response URL, never a record. */
export interface Log {
  info(message: string, facts?: LogFacts): void;
  warn(message: string, facts?: LogFacts): void;
}

export interface LogFacts {
  readonly [name: string]: string | number | boolean | undefined | readonly string[];
}

export const consoleLog: Log = {
  info: (message, facts) => console.log(JSON.stringify({ ...facts, level: 'info', message })),
  warn: (message, facts) => console.warn(JSON.stringify({ ...facts, level: 'warn', message })),
};
