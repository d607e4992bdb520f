"""Every event a shop can be told of, with its meaning for the reference."""

EVENTS = {
    "payment.completed": "The payment was taken. Fulfil the order.",
    "payment.virtual_account_issued": "The buyer has an account to transfer the money to; none has come yet.",
    "payment.deposit_reversed": "The bank took a deposit back. Do not fulfil; the money is awaited again.",
    "payment.failed": "An attempt to pay was refused. The buyer may try again until the session expires.",
    "payment.refunded": "A refund, part or full, reached the buyer.",
    "refund.failed": "The gateway refused a refund. Nothing was given back by it; data.refund tells why.",
    "session.expired": "Time was up before a payment. Nothing was taken.",
    "session.cancelled": "The buyer or the merchant cancelled before a payment. Nothing was taken.",
}
