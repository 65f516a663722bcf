"""Detects encodings of Cyrillic, Greek and East Asian text.

An encoding is a candidate if all letters are of its script and the words are plausible: capitals
only at their start, or enough of the most frequent characters. If several candidates remain, the
encoding is unknown: a garbled paper would be cited garbled.
"""

from __future__ import annotations

import re

_BEYOND = re.compile("[^\x00-\x7f]")
_PUNCTUATION = "\u00a0-\u00bf\u2010-\u203e\u2116\u2122\u20ac"
_CYRILLIC = re.compile(f"[А-яЁёІіЇїЄєҐґ{_PUNCTUATION}]")
_GREEK = re.compile(f"[\u0384-\u03ce{_PUNCTUATION}]")
# Impossible: a capital inside a word, a hard or soft sign at its start; ς except at its end.
_NO_RUSSIAN = re.compile("[а-яёіїєґ][А-ЯЁІЇЄҐ]|(?<![А-Яа-яё])[ьъЬЪЫ]")
_NO_GREEK = re.compile("[ά-ώ][ΆΈ-ΏΑ-Ϋ]|ς[ά-ώ]|σ(?![ά-ώ])|(?<![ά-ώΆΈ-ΏΑ-Ϋ])[ςΰΐ]")
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_HAN_TEXT = re.compile(f"[{_HAN}\u3000-\u3020\uff00-\uff5e{_PUNCTUATION}]")
_KOREAN_TEXT = re.compile(f"[\uac00-\ud7a3\u3000-\u3020\uff00-\uff5e{_PUNCTUATION}]")
_JAPANESE_TEXT = re.compile(f"[{_HAN}\u3000-\u30ff\uff00-\uff5e{_PUNCTUATION}]")
# The most frequent characters of Chinese texts and names.
_COMMON_HAN = re.compile(
    "[的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能"
    "下过子说产种面而方后多定行学法所民得经之进着等部度家电力里如水化高自理起小物现实加量都两体"
    "制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线"
    "内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系研究模型网络文提算据"
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任"
    "沈姚卢姜崔钟谭陆汪范金石廖贾韦付方邹熊孟秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫"
    "伟芳娜敏静秀丽强磊军洋勇艳杰娟涛超兰霞刚桂英华玉红梅婷雪琳晶宇浩欣怡佳俊峰鹏飞云志建文海晓春]"
)
_COMMON_TRADITIONAL = re.compile(
    "[的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主發年動同工也能下過子"
    "說產種面而方後多定行學法所民得經之進著等部度家電力裡如水化高自理起小物現實加量都兩體制機當使點"
    "從業本去把性好應開它合還因由其些然前外天政四日那社義事平形相全表間樣與關各重新線內數正心反你明"
    "看原又麼利比或但質氣第向道命此變條只沒結解問意建月公無系研究模型網絡文提算據陳林黃張李王吳劉蔡"
    "楊許鄭謝郭洪曾邱廖賴周徐蘇葉莊呂江何蕭羅高潘簡朱鍾彭游詹胡施沈余趙盧梁顏柯孫魏翁戴范宋方鄧杜"
    "傅侯曹薛丁卓馬阮董唐溫藍蔣石古紀姚連馮歐程湯田康姜白汪尤鄒志明俊傑雅婷怡君淑芬美惠玲國華德]"
)
_COMMON_HANGUL = re.compile(
    "[이다의는에을를가은하고지로한도기사시어자아서나리대과인그정것수해부보일들전라있었게면주만원장없구"
    "상비무연스제선유여공안신영동성성조오김박최강윤임한철희민진우준현지은경호석훈용미숙순중관모방법"
    "논문새결실험계분험학습데터]"
)
_KANA = re.compile("[\u3041-\u30ff]")
_LEAST = 0.15  # share of the most frequent characters among those beyond ASCII
_STRAY = 0.01


def script_encoding(sample: bytes, least: float = _LEAST) -> str | None:
    """The encoding of text that is not in Latin letters; None in doubt.

    ``least`` is the lowest share of frequent characters in East Asian text, 0 to 1.
    """
    alphabets = [
        codec
        for codec, letters, wrong in (
            ("cp1251", _CYRILLIC, _NO_RUSSIAN),
            ("koi8_r", _CYRILLIC, _NO_RUSSIAN),
            ("cp1253", _GREEK, _NO_GREEK),
        )
        if _is_written(sample, codec, letters, wrong)
    ]
    shares = {
        codec: _share(sample, codec, letters, common)
        for codec, letters, common in (
            ("gb18030", _HAN_TEXT, _COMMON_HAN),
            ("big5", _HAN_TEXT, _COMMON_TRADITIONAL),
            ("cp949", _KOREAN_TEXT, _COMMON_HANGUL),
            ("shift_jis", _JAPANESE_TEXT, _KANA),
            ("euc_jp", _JAPANESE_TEXT, _KANA),
        )
    }
    best, second = sorted(shares, key=lambda codec: shares[codec], reverse=True)[:2]
    likely = shares[best] >= least and shares[best] >= 2 * shares[second]
    candidates = [*alphabets, *([best] if likely else [])]
    return candidates[0] if len(candidates) == 1 else None


def _is_written(
    sample: bytes, codec: str, letters: re.Pattern[str], wrong: re.Pattern[str]
) -> bool:
    text = sample.decode(codec, "replace")
    beyond = len(_BEYOND.findall(text))
    others = beyond - len(letters.findall(text))
    return max(others, len(wrong.findall(text))) <= _STRAY * beyond


def _share(sample: bytes, codec: str, letters: re.Pattern[str], common: re.Pattern[str]) -> float:
    """The share of frequent characters beyond ASCII; 0 if some are of another script."""
    text = sample.decode(codec, "replace")
    beyond = len(_BEYOND.findall(text))
    others = beyond - len(letters.findall(text))
    if not beyond or others > max(_STRAY * beyond, text.count("\ufffd") <= 1 < beyond):
        return 0.0
    return len(common.findall(text)) / beyond
