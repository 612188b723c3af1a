//! Tests of `unclear`, apart only for their length: what real servers write.

use super::*;
use proptest::prelude::*;

const UNCLEAR: &[&str] = &[
    // No error at all.
    "ok",
    "OK!",
    "success",
    "Success.",
    "none",
    "None",
    "null",
    "no error",
    "No errors found",
    "done",
    "0",
    "200",
    "5512",
    "...",
    "✅",
    "Không có lỗi",
    "Нет ошибок",
    "Hata yok",
    "Sem erros",
    // A success.
    "Order placed successfully. ID: 4711",
    "Your order was successful",
    "Order has been placed",
    "Your order #5512 has been created",
    "Order accepted, thank you",
    "Order 4711 created but the balance could not be read",
    "Payment is not needed. Success",
    "Failed to send the mail, order placed successfully",
    "Đặt hàng thành công",
    "Tạo đơn thành công! Mã đơn 88211",
    "Đơn hàng đã được tạo",
    "Заказ успешно создан",
    "Заказ принят",
    "Sipariş başarıyla oluşturuldu",
    "Siparişiniz alındı",
    "Pedido realizado com sucesso",
    "Pedido criado: 9911",
    "Pedido creado con éxito",
    "下单成功",
    "Pesanan berhasil dibuat",
    "تم إنشاء الطلب بنجاح",
    // A call that broke off.
    "cURL error 28: Operation timed out after 30000 milliseconds with 0 bytes received",
    "Request timed out, the order may have been created. Please try again later.",
    "Connection timed out. Rate limit exceeded",
    "neworder.error.timeout",
    "504 Gateway Time-out",
    "502 Bad Gateway",
    "Empty reply from server",
    "Connection reset by peer, server busy",
    "read ETIMEDOUT",
    "No response from provider, please try later",
    "Hết thời gian chờ, vui lòng thử lại sau",
    "Máy chủ không phản hồi",
    "Превышено время ожидания, попробуйте позже",
    "Тайм-аут запроса",
    "Zaman aşımı, lütfen daha sonra tekrar deneyin",
    "Tempo limite excedido. Tente novamente mais tarde",
    "Tiempo de espera agotado",
    "请求超时，请稍后再试",
    // Perhaps.
    "The order might have been created",
    "Please check your orders before ordering again",
    "Đơn có thể đã được tạo, vui lòng kiểm tra lại đơn",
    "Возможно, заказ был создан",
    "O pedido pode ter sido criado",
    "Sipariş oluşturulmuş olabilir",
    // Under way.
    "Your order 991234 is now in progress, check link",
    "Order 991234 is in the queue. Link being processed",
    "Your new order: 991234, link ok",
    "Your link was added to the queue",
    "We are working on your order, link accepted",
    "Đơn hàng 991234 đang chạy",
    "Đã đặt hàng. link đang chạy",
    "Đặt hàng hoàn tất, link đang xử lý",
    "Заказ №991234 в работе, ссылка проверяется",
    "Заказ поставлен в очередь, ссылка принята",
    "Siparişiniz işleme alındı, bağlantı kontrol ediliyor",
    "Orden 991234 en proceso, enlace recibido",
    "Encomenda 991234 em processamento, link ok",
    "Link order: OK",
    "Purchase complete. Quantity: 100, new balance: 5.20",
    "Charged 0.50 from your balance, link queued",
    // It speaks of the order, and denies nothing.
    "link ok",
    "Link: https://x.vn/p/1",
    "Link under review",
    "Quantity 100, balance 5.20",
    "Balance: 5.20",
    "Your request goes on",
    "Processing your order",
    "Order for this link already started",
    "Order will start after the maintenance",
    "Your payment went through",
    "Order 991234: link is not checked yet",
    "Đơn hàng đang được thực hiện",
    "Liên kết đang được kiểm tra",
    "Số dư còn 5.20",
    "El pedido va en camino",
    "Pedido a caminho, link ok",
    "Commande prise en compte",
    "Bestellung läuft",
    "Siparişiniz yolda",
    "Заказ выполняется",
    "Ссылка проверяется",
    "订单处理中",
    "链接处理中",
    "주문 진행",
    "Pesanan sedang diproses",
    "الطلب قيد التنفيذ",
    "ऑर्डर चालू है",
    // It broke down on its side.
    "Internal error after charge; funds debited",
    "Could not save order status after submitting link",
    "Connection refused upstream after sending link",
    "cURL: operation aborted, link",
    "Gateway error while placing link",
    "Error: Failed to insert into orders: Duplicate entry '55' for key 'link'",
    // It is there.
    "Duplicate order: order already exists with ID 5512",
    "Duplicate order",
    "Order is already in our system, id 5512",
    "Order already exists",
    "This order was already placed",
    "You have active order with this link: 5512345",
    "You have active order #77 with this link",
    "Duplicate order for this link, order id 5512",
    "Order ID: 4711",
    "Đơn hàng đã tồn tại",
    "Trùng đơn hàng, mã đơn 5512",
    "Заказ уже существует",
    "Такой заказ уже есть: номер заказа 5512",
    "Bu sipariş zaten mevcut, sipariş no 5512",
    "Pedido duplicado",
    "订单已存在",
];

/// Clear words for no order, some of which look like those above.
const CLEAR: &[&str] = &[
    "Order could not be placed successfully",
    "Your order was not successful",
    "Unsuccessful",
    "Order not placed",
    "No order was created",
    "The order cannot be created",
    "We couldn't place your order successfully",
    "Đặt hàng không thành công",
    "Tạo đơn thất bại",
    "Заказ не создан",
    "Заказ не был успешно создан",
    "Неуспешно",
    "Sipariş oluşturulamadı, başarısız",
    "Pedido não foi realizado com sucesso",
    "下单不成功",
    "Not enough funds on balance",
    "neworder.error.link_duplicate",
    "You have active order with this link. Please wait until order being completed.",
    "You have active order with this link https://x.vn/p/1234567",
    "Duplicate order for this link",
    "Please wait until the order is accepted",
    "Your previous order on this link is still in progress, please wait",
    "An order with this link is already in progress",
    "You were not charged",
    "Link đang có đơn, vui lòng chờ hoàn thành",
    "Quantity less than minimal 1000",
    "Minimum order 1000",
    "Max order quantity is 50000",
    "Incorrect service ID",
    "Rate limit exceeded",
    "The panel is busy, try again",
    "Something went wrong. Please try again later.",
    "Server overloaded",
    "Bad link",
    "E_17",
    "Internal error",
];

#[test]
fn what_does_not_say_no_is_unclear() {
    assert!(UNCLEAR.len() >= 60);
    for error in UNCLEAR {
        assert!(is_unclear(error), "{error}");
    }
}

#[test]
fn a_clear_no_stays_one() {
    for error in CLEAR {
        assert!(!is_unclear(error), "{error}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in any::<String>()) {
        is_unclear(&text);
    }
}
