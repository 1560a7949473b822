/** Where services of the world put their own metrics (`AWS/SQS`, `AWS/Lambda`, `AWS/States`), and where metrics of log lines go. */
export interface MetricSink {
  record(
    region: string,
    namespace: string,
    name: string,
    dimensions: Readonly<Record<string, string>>,
    value: number,
    /** Default: now. */
    atMs?: number,
  ): void;
}
