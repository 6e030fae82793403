export async function main(args: readonly string[]): Promise<void> {
  process.stdout.write(`ok ${process.version} ${args.join(' ')}\n`);
}
