/** What the embedded server has to say to the operator; pino fits. No message holds a password or personal data. */
export interface EmbeddedLog {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
