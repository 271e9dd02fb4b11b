{# Small rules of the business that several models share. #}


{# The business day (Asia/Shanghai) of a UTC time. #}
{% macro business_date(column) -%}
    cast({{ column }} + interval '{{ var("business_utc_offset_hours") }}' hour as date)
{%- endmacro %}


{# The UTC time at which a business day begins. #}
{% macro start_of_day(column) -%}
    cast({{ column }} as timestamp) - interval '{{ var("business_utc_offset_hours") }}' hour
{%- endmacro %}


{# The meaning of a tracked event, by the lists of the var `event_kinds`; `app_event` otherwise. #}
{% macro event_kind(column) -%}
    case
        {%- for kind in var('event_kinds') %}
        when {{ column }} in ('{{ var('event_kinds')[kind] | join("', '") }}') then '{{ kind }}'
        {%- endfor %}
        else 'app_event'
    end
{%- endmacro %}


{# female / male / null from the words and codes of the channels. #}
{% macro gender(column) -%}
    case
        when lower(cast({{ column }} as string)) in ('2', '女', 'female', 'f') then 'female'
        when lower(cast({{ column }} as string)) in ('1', '男', 'male', 'm') then 'male'
    end
{%- endmacro %}


{# A province by its full name; null for masked or foreign text. #}
{% macro province(column) -%}
    case
        when not {{ regexp_like(column, '^[一-龥]{2,8}$') }} then null
        when {{ column }} in ('北京', '天津', '上海', '重庆') then {{ column }} || '市'
        when {{ column }} in ('内蒙古', '西藏') then {{ column }} || '自治区'
        when {{ column }} = '广西' then '广西壮族自治区'
        when {{ column }} = '宁夏' then '宁夏回族自治区'
        when {{ column }} = '新疆' then '新疆维吾尔自治区'
        when {{ column }} in ('香港', '澳门') then {{ column }} || '特别行政区'
        when {{ regexp_like(column, '(省|市|自治区|特别行政区)$') }} then {{ column }}
        else {{ column }} || '省'
    end
{%- endmacro %}


{# A city by its full name; null for masked or foreign text. #}
{% macro city(column) -%}
    case
        when not {{ regexp_like(column, '^[一-龥]{2,12}$') }} then null
        when {{ regexp_like(column, '(市|自治州|地区|盟|区|县|旗)$') }} then {{ column }}
        else {{ column }} || '市'
    end
{%- endmacro %}


{# A name as a person would write it; null for masks, cipher texts and placeholders. #}
{% macro plain_name(column) -%}
    case
        when {{ regexp_like(column, '[*#$0-9]') }} then null
        when {{ column }} in ('散客', '匿名', '匿名用户', '未知') then null
        else {{ column }}
    end
{%- endmacro %}


{# YYYY-MM-DD when a birthday names the year; null otherwise. #}
{% macro birth_date(column) -%}
    case when {{ regexp_like(column, '^(19|20)[0-9]{2}-[0-1][0-9]-[0-3][0-9]') }} then substr({{ column }}, 1, 10) end
{%- endmacro %}


{# MM-DD of a birthday with or without the year. #}
{% macro birth_day(column) -%}
    case
        when {{ regexp_like(column, '^(19|20)[0-9]{2}-[0-1][0-9]-[0-3][0-9]') }} then substr({{ column }}, 6, 5)
        when {{ regexp_like(column, '^[0-1][0-9]-[0-3][0-9]$') }} then {{ column }}
    end
{%- endmacro %}


{# Free text for publishing: runs of digits long enough to be a phone, and e-mail addresses, are struck out. #}
{% macro scrub(column) -%}
    {%- set without_email = regexp_replace_all(column, '[A-Za-z0-9._%+-]+[@＠][A-Za-z0-9.-]+', '***') -%}
    {{ regexp_replace_all(without_email, '[+＋]?[0-9０-９](?:[ 　()（）.·_—-]{0,2}[0-9０-９]){6,}', '***') }}
{%- endmacro %}


{# As `scrub`, but an order number, campaign or scene code is left as it is. #}
{% macro scrub_code(column) -%}
    case
        when
            {{ regexp_like(column, '^[A-Za-z0-9_:.-]{12,64}$') }}
            and not {{ regexp_like(column, '^(00)?(86)?1[3-9][0-9]{9}$') }}
            then {{ column }}
        else {{ scrub(column) }}
    end
{%- endmacro %}


{# good / neutral / bad of 1 to 5 stars; null when no number is given. #}
{% macro stars_rating(column) -%}
    case
        when try_cast({{ column }} as decimal(18, 2)) >= 4 then 'good'
        when try_cast({{ column }} as decimal(18, 2)) >= 3 then 'neutral'
        when try_cast({{ column }} as decimal(18, 2)) >= 0 then 'bad'
    end
{%- endmacro %}


{# good / neutral / bad of the 0 to 10 of an NPS answer: promoter, passive, detractor. #}
{% macro nps_rating(column) -%}
    case
        when try_cast({{ column }} as decimal(18, 2)) >= 9 then 'good'
        when try_cast({{ column }} as decimal(18, 2)) >= 7 then 'neutral'
        when try_cast({{ column }} as decimal(18, 2)) >= 0 then 'bad'
    end
{%- endmacro %}


{# 王** of a real name. #}
{% macro mask_name(column) -%}
    substr({{ column }}, 1, 1) || '**'
{%- endmacro %}


{# Full-width letters, digits and blanks as plain ones: the part of NFKC that typed replies need. #}
{% macro half_width(column) -%}
    translate(
        {{ column }},
        '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ　',
        '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz '
    )
{%- endmacro %}


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


{# A reply that refuses further messages: R, T, TD, N, QX, 退订 in any width and case. #}
{% macro is_opt_out(column) -%}
    coalesce(
        upper(trim({{ half_width(column) }})) in ('R', 'T', 'TD', 'N', 'QX')
        or {{ column }} like '%退订%',
        false
    )
{%- endmacro %}
