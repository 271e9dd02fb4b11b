{# What a statement of consent or refusal means. #}


{# The namespace that a consent statement's subject type means; null for `openid`, which means two. #}
{% macro subject_namespace(column) -%}
    case lower({{ column }})
        when 'mobile' then 'phone'
        when 'unionid' then 'wechat_unionid'
        when 'oa_openid' then 'wechat_oa_openid'
        when 'mp_openid' then 'wechat_mp_openid'
        when 'external_userid' then 'wecom_external_userid'
        when 'user_id' then 'app_user_id'
        when 'login_id' then 'app_user_id'
        when 'openid' then null
        else lower({{ column }})
    end
{%- endmacro %}


{# A reply that refuses further messages: R, T, TD, N, QX in any width and case, 退订, 不再接收. #}
{% macro is_opt_out(column) -%}
    coalesce(
        upper(trim({{ half_width(column) }})) in ('R', 'T', 'TD', 'N', 'QX')
        or {{ column }} like '%退订%'
        or {{ column }} like '%不再接收%',
        false
    )
{%- endmacro %}


{# Full-width letters, digits and blanks as plain ones: the part of NFKC that typed replies need. #}
{% macro half_width(column) -%}
    translate(
        {{ column }},
        '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ　',
        '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz '
    )
{%- endmacro %}
