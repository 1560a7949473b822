/** Where services of the world put their own metrics (`AWS/SQS`, `AWS/Lambda`, `AWS/States`). */
export interface MetricSink {
  record(
    region: string,
    namespace: string,
    name: string,
    dimensions: Readonly<Record<string, string>>,
    value: number,
  ): void;
}
