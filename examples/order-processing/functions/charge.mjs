// Charges a card at a pretended gateway. Its failures are chosen by the input, so every run goes the same way:
// the gateway is busy for the first `gateway.busyTimes` attempts, and card numbers ending in 0002 are declined.

class GatewayBusy extends Error {
  name = 'GatewayBusy';
}

class CardDeclined extends Error {
  name = 'CardDeclined';
}

export async function handler({ orderId, amountCents, card, gateway, attempt }) {
  if (attempt < gateway.busyTimes) throw new GatewayBusy(`The gateway is busy (attempt ${attempt + 1})`);
  if (card.endsWith('0002')) throw new CardDeclined(`Card ending in ${card.slice(-4)} was declined`);
  console.log(`Charged ${amountCents} cents for order ${orderId}`);
  return { paymentId: `pay-${orderId}-${attempt + 1}`, amountCents };
}
