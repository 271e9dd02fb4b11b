{# What channels say of a person, in one form each. #}


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
