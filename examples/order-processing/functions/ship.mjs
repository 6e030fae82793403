// Hands the parcels to a pretended carrier.

export async function handler({ orderId, address, parcels }) {
  console.log(`${parcels} parcel(s) of order ${orderId} go to ${address}`);
  return { trackingNumber: `TRK-${orderId}-${parcels}`, carrier: 'Penny Post' };
}
