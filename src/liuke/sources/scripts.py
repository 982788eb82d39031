"""Traditional characters as simplified ones, so that the names and words known in one script are known in both."""

from __future__ import annotations

TRADITIONAL = (
    "單據編號碼發開銷貨訂購買賣廠戶稱貿業務員會計憑證類別狀態數種價錢額稅總實應淨無幣匯備註時間過帳賬結項"
    "產規倉庫門組織區國縣鄉鎮電話郵聯絡傳營運費優摺減點儲還換驗審進達準標認執處關閉啟從來對內餘預約當陸萬"
    "億圓於與後記錄說繳納確報損壞調撥廢棄刪檢測體積專屬級層顧館臺灣導師歷紙張頁鐘機構條簽給補寫讓訴責質復"
    "見議評滿題聽訪談隊協諾獎勵擊畫圖讀樣盤虧歸轉變動離職邊資訊網線賒齡債權"
)
SIMPLIFIED = (
    "单据编号码发开销货订购买卖厂户称贸业务员会计凭证类别状态数种价钱额税总实应净无币汇备注时间过账账结项"
    "产规仓库门组织区国县乡镇电话邮联络传营运费优折减点储还换验审进达准标认执处关闭启从来对内余预约当陆万"
    "亿圆于与后记录说缴纳确报损坏调拨废弃删检测体积专属级层顾馆台湾导师历纸张页钟机构条签给补写让诉责质复"
    "见议评满题听访谈队协诺奖励击画图读样盘亏归转变动离职边资讯网线赊龄债权"
)
_TABLE = {ord(old): new for old, new in zip(TRADITIONAL, SIMPLIFIED, strict=True)}


def simplified(text: str) -> str:
    """The text with the characters above in their simplified forms."""
    return text.translate(_TABLE) if not text.isascii() else text
