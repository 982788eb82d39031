"""Words met in cells, lower case, and the value each stands for; an entry here is all that a new word needs."""

from __future__ import annotations

from liuke.facts._names import listed

YES = listed(
    "是, 已, 有, 对, 通过, 已通过, 同意, 已同意, 批准, 已批准, 已审批, 审批通过, 已审核, 审核通过, 满足, 已满足, 重开, "
    "已重开, 重复, 本人, 允许, 接受, 订阅, 已订阅, approved, accepted, agreed, met, granted, subscribed, opted in, "
    "opt-in, reopened, oui, sí, wahr, genehmigt, erfüllt, 2, 3, 4, 5"
)
NO = listed(
    "否, 未, 无, 没有, 不通过, 未通过, 不同意, 驳回, 已驳回, 拒绝, 已拒绝, 未批准, 未审批, 待审批, 审批中, 待审核, "
    "审核中, 未审核, 未满足, 不满足, 未重开, 首次, 非本人, 他人, 不允许, 不接受, 退订, 已退订, 未订阅, rejected, "
    "declined, pending, pending approval, in review, denied, not met, not subscribed, unsubscribed, opted out, "
    "opt-out, non, falsch, abgelehnt, offen, nicht erfüllt"
)
YES_AND_NO = {**dict.fromkeys(YES, "yes"), **dict.fromkeys(NO, "no")}

_SEVERITY = {  # 1 is least
    "1": "低, 轻微, 轻, 不严重, 较低, 最低, 不急, low, lowest, minor, trivial, p4, s4, sev4, niedrig, gering",
    "2": "中, 一般, 普通, 中等, 正常, 常规, normal, medium, moderate, average, p3, s3, sev3, mittel",
    "3": "高, 较高, 严重, 较严重, 重要, 急, 重, high, major, serious, severe, p2, s2, sev2, hoch, schwer",
    "4": "紧急, 非常严重, 特别严重, 重大, 特急, 最高, 非常紧急, 极高, 致命, urgent, critical, highest, blocker, "
    "emergency, p1, s1, sev1, dringend, kritisch",
}
SEVERITY = {word: value for value, words in _SEVERITY.items() for word in listed(words)}
