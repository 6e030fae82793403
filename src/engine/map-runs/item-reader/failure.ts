// Why items could not be read.

/** The cause of States.ItemReaderFailed. */
export class ItemReaderFailed extends Error {
  override readonly name = 'ItemReaderFailed';
}

/** Bytes of one item when it is read. Source: AWS, "Input data source (Map)", quotas. */
const ITEM_BYTES = 8 * 1024 * 1024;

/** @param bytes of an item, or a number that is not lower. @throws ItemReaderFailed */
export function checkItemSize(bytes: number, where: string): void {
  if (bytes <= ITEM_BYTES) return;
  throw new ItemReaderFailed(`${where} is larger than the ${ITEM_BYTES} bytes that an item may have.`);
}
